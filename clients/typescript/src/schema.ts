// Generated from docs/openapi.json: npm run generate

export interface paths {
    "/api/v1/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Classify a brain MRI
         * @description Send one image as `multipart/form-data` in the field `file`: JPEG, PNG, WebP, BMP, TIFF, GIF or DICOM. The service recognises the format from the content. The image may also be the body itself, with `Content-Type: image/*`, or be in JSON, `{"file": …}`, in base64 or as a data URL. The limits are the same.
         *
         *     With `explain=true`, and if the operator has set a key for Gemini, the service sends the decoded picture, the heat-map and the numbers to Google, without file name or metadata. Google's terms forbid clinical use, and on the unpaid quota people may read the data. Otherwise no data leaves the server.
         */
        post: operations["create_prediction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/samples/{name}/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Classify a sample image
         * @description Like `/predictions`, for one of the sample images; the request has no body.
         *
         *     With `explain=true`, and if the operator has set a key for Gemini, the service sends the decoded picture, the heat-map and the numbers to Google, without file name or metadata. Google's terms forbid clinical use, and on the unpaid quota people may read the data. Otherwise no data leaves the server.
         */
        post: operations["create_sample_prediction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/predictions/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Classify several brain MRIs
         * @description Send the images as `multipart/form-data`, each in a field `files`. A ZIP archive counts as the files in it, in the order of their paths, without hidden files. The response has a prediction or a problem for each image, in the same order; an unusable file does not affect the others.
         *
         *     With `explain=true`, and if the operator has set a key for Gemini, the service sends the decoded picture, the heat-map and the numbers to Google, without file name or metadata. Google's terms forbid clinical use, and on the unpaid quota people may read the data. Otherwise no data leaves the server.
         */
        post: operations["create_prediction_batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/studies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Classify a study
         * @description Send the DICOM objects or NIfTI volumes of one examination as `multipart/form-data`, each in a field `files`, or in ZIP archives: a folder, or a patient's disc. The service groups the slices into series, chooses the series and slices that the network can read, and answers for each slice, for each series and for the study. What was not used is in the response, with the reason.
         *
         *     Or name a study in JSON, which the service then fetches by QIDO-RS and WADO-RS from a server that its operator has set up; with `store: true` it stores the results there by STOW-RS.
         *
         *     Names and other identifiers in the headers are neither stored nor logged nor part of the response in JSON. The history stores no study: it contains single slices, and the place of a study is the archive that it comes from.
         *
         *     The response is JSON, or with `Accept: text/event-stream` a stream of events that reports progress. Close the connection to cancel.
         *
         *     For a study of DICOM objects, `Accept: application/zip` returns DICOM objects that belong to the same patient and study, in new series: a structured report (TID 1500), a PDF, and the heat-maps as a segmentation and as pictures in colour. `Accept: application/fhir+json` returns a transaction of FHIR R4: a DiagnosticReport, an Observation for the study and for each series, and the Device.
         */
        post: operations["create_study"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a report of a prediction
         * @description Classifies an image like `/predictions` and returns a document with scan, heat-map, probabilities, explanation, warnings, model, request id and time. Send the image like there, or name a `sample`. The document is a PDF, or with `Accept: text/html` a self-contained HTML file.
         *
         *     With `explain=true`, and if the operator has set a key for Gemini, the service sends the decoded picture, the heat-map and the numbers to Google, without file name or metadata. Google's terms forbid clinical use, and on the unpaid quota people may read the data. Otherwise no data leaves the server.
         */
        post: operations["create_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that the server is live
         * @description 200 while the process runs.
         */
        get: operations["get_server_liveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that the server is ready
         * @description 200 while the service answers predictions, as for `GET /health/ready`.
         */
        get: operations["get_server_readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Describe the server
         * @description Name and version of the service, and its extensions of the protocol.
         */
        get: operations["get_server_metadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Describe a model
         * @description The inputs, of which a request has exactly one, and the outputs, with datatype and shape.
         */
        get: operations["get_model_metadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Describe a version of a model
         * @description The inputs, of which a request has exactly one, and the outputs, with datatype and shape.
         */
        get: operations["get_model_version_metadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{name}/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that a model is ready
         * @description 200 while the model answers predictions.
         */
        get: operations["get_model_readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{name}/versions/{version}/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that a version of a model is ready
         * @description 200 while the model answers predictions.
         */
        get: operations["get_model_version_readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{name}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Classify with a model
         * @description Send either `image`, the files of images, or `input`, inputs of the network: RGB divided by 255. Tensors are in the JSON document or, with the header `Inference-Header-Content-Length`, in binary form after it. Every image counts as one prediction; a request with one that cannot be classified fails as a whole. `class` is empty where the decision names no class (`other`, `outside`), and `heatmap` is zero with `outside`. Show `class` only with the decision `answer`.
         */
        post: operations["run_inference"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{name}/versions/{version}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Classify with a version of a model
         * @description Send either `image`, the files of images, or `input`, inputs of the network: RGB divided by 255. Tensors are in the JSON document or, with the header `Inference-Header-Content-Length`, in binary form after it. Every image counts as one prediction; a request with one that cannot be classified fails as a whole. `class` is empty where the decision names no class (`other`, `outside`), and `heatmap` is zero with `outside`. Show `class` only with the decision `answer`.
         */
        post: operations["run_inference_with_version"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evaluations/scans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Classify scans for an evaluation
         * @description Send the images as `multipart/form-data`, each in a field `files`; a ZIP archive counts as the files in it. The response has, for each image, what an evaluation needs: the probabilities, the scores, sequence and plane, and whether the image is a copy of a training scan. The service stores nothing, also not in the history.
         */
        post: operations["measure_evaluation_scans"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evaluations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Evaluate a model on your own scans
         * @description Send the results of `/evaluations/scans`, each with the scan's class and, if known, its patient. The class `other` is for scans that show none of the classes; they have a table of their own. The report has the confusion matrix, figures for each class, confidence intervals (by patient if patients are known), calibration, decisions, prediction sets, and figures for each recognised sequence and plane. With at least 50 scans of each class it also has a temperature and thresholds fitted to these scans. It is JSON, or with `Accept: text/html` a self-contained HTML file. The service stores nothing.
         */
        post: operations["create_evaluation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sample images
         * @description MRIs of every class, from the test part of the data set.
         */
        get: operations["list_samples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/samples/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a sample image
         * @description The image file. A request with its entity tag in `If-None-Match` is answered with 304.
         */
        get: operations["get_sample"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List predictions
         * @description Predictions of your account, newest first. Pass `next` of a page as `cursor` to get the next page. If accounts are off, all clients share one history.
         */
        get: operations["list_records"];
        put?: never;
        post?: never;
        /**
         * Delete the history
         * @description Permanently: all predictions until now, with their pictures.
         */
        delete: operations["delete_records"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the history
         * @description All records, or those that match the filters, newest first: as JSON, as CSV, or as a ZIP archive of both and the stored pictures.
         */
        get: operations["export_records"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history/{record}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a prediction
         * @description One record of the history. 404 also for records of other accounts.
         */
        get: operations["get_record"];
        put?: never;
        post?: never;
        /**
         * Delete a prediction
         * @description Permanently, with its picture.
         */
        delete: operations["delete_record"];
        options?: never;
        head?: never;
        /**
         * Label a prediction
         * @description Set a label and a note of your own. They are deleted with the record.
         */
        patch: operations["change_record"];
        trace?: never;
    };
    "/api/v1/history/{record}/picture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the picture of a prediction
         * @description The picture stored with `KEEP_IMAGES=on`, or its thumbnail: JPEG, at most 1024 pixels a side.
         */
        get: operations["get_record_picture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history/{record}/overlay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the heat-map of a prediction
         * @description The stored picture with the heat-map over it, drawn from the stored numbers: PNG, at most 1024 pixels a side. Without a stored picture the heat-map is on black.
         */
        get: operations["get_record_overlay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history/{record}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the report of a prediction
         * @description The document that `/reports` creates, from the stored numbers and picture, with your label, note and feedback: a PDF, or with `Accept: text/html` a self-contained HTML file. The service writes the explanation.
         */
        get: operations["get_record_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/predictions/{record}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give feedback on a prediction
         * @description Agree with a prediction in your history, or report the confirmed class. New feedback replaces old feedback; the audit trail records both classes. Feedback is deleted with its record. Predictions of sample images take no feedback.
         */
        post: operations["give_feedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitoring/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the performance on confirmed cases
         * @description Accuracy, calibration and coverage of the conformal prediction sets on cases with feedback: in total, per model version, and per month or week, with 95 % intervals. Administrators may request the figures of all accounts; individual cases are not included.
         */
        get: operations["get_feedback_statistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitoring/shadow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the comparison with the shadow model
         * @description How often the model that answers and the model in the background (`SHADOW_MODEL`) disagree, and the ids of the latest predictions on which they do, of all accounts. If accounts are on, only administrators may read it.
         */
        get: operations["get_shadow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the classes
         * @description The four classes, in the order of the probabilities.
         */
        get: operations["list_classes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the models
         * @description Every model with its input, its measured accuracy, its version and the SHA-256 of its weights.
         */
        get: operations["list_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the versions of a model
         * @description The versions that the service has loaded, the default one first.
         */
        get: operations["list_model_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{name}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a model's evaluation report
         * @description Everything that was measured with its weights: the test images with and without copies of training images, figures for each class, calibration, corruptions, heat-map checks, and other classifiers on the same images.
         */
        get: operations["get_model_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/reload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read the models folder again
         * @description Loads and checks what has changed in the models folder, then answers with it; requests in flight end with the model that they began with. If a model cannot be used, nothing changes, and the response is 409 with the reason. The signal SIGHUP does the same. With several processes (`WORKERS`) only the signal can do it.
         */
        post: operations["reload_models"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitoring/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the drift report
         * @description Whether incoming scans still resemble the validation images: an alarm from a sequential test, which stays valid however often you look at it, tests of the latest answers, and the class mix. If accounts are on, only administrators may read it. With `DRIFT=off` the response is 404.
         */
        get: operations["get_drift"];
        put?: never;
        post?: never;
        /**
         * Restart drift monitoring
         * @description Deletes the counted answers, the alarm and earlier tests. Restart after the cause of an alarm is removed or accepted.
         */
        delete: operations["restart_drift"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capabilities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the capabilities
         * @description Version, models, formats and limits of this service, and which of its parts are on. Needs no sign-in.
         */
        get: operations["get_capabilities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that the process runs
         * @description 200 while the process runs.
         */
        get: operations["get_liveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that the service can classify
         * @description 200 while the service answers predictions: every model is loaded and gives the recorded outputs for a known picture, and the database answers, if accounts or the history need it for every prediction. If only drift monitoring uses the database, a fault of it shows in `database`.
         */
        get: operations["get_readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your sessions
         * @description Usable sessions, most recently used first.
         */
        get: operations["list_sessions"];
        put?: never;
        /**
         * Sign in
         * @description Sets the session cookie. If the account has a second factor, the session is incomplete until the second factor is shown. An unknown account gets the same response as a wrong password.
         */
        post: operations["create_session"];
        /**
         * End your other sessions
         * @description All except the current one.
         */
        delete: operations["delete_other_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show the second factor
         * @description Completes a session with a code from the authenticator app or a recovery code, and sets a new cookie. After three wrong codes the session ends: sign in again.
         */
        post: operations["show_second_factor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the current session
         * @description Session, account and permissions.
         */
        get: operations["get_session"];
        put?: never;
        post?: never;
        /**
         * Sign out
         * @description Ends the current session.
         */
        delete: operations["delete_current_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of your sessions
         * @description Its browser is signed out at its next request.
         */
        delete: operations["delete_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an account
         * @description Needs the token of an invitation or of the setup link, unless sign-up is open. Sign in afterwards. Without a token, the response does not reveal whether the account existed before.
         */
        post: operations["create_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get your account
         * @description The account that is signed in.
         */
        get: operations["get_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change your password
         * @description Every session ends; the response begins a new one. Keys stay valid unless `revoke_keys` is true.
         */
        put: operations["change_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set up a second factor
         * @description Returns a secret for an authenticator app. It takes effect once a code confirms it.
         */
        post: operations["begin_second_factor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/second-factor/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Activate the second factor
         * @description Every session ends; the response begins a new one and contains recovery codes.
         */
        post: operations["confirm_second_factor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/second-factor/removal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove the second factor
         * @description Every session ends; the response begins a new one.
         */
        post: operations["remove_second_factor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace the recovery codes
         * @description The old codes stop working.
         */
        post: operations["create_recovery_codes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/wrong-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List wrong codes
         * @description Wrong codes of the second factor in sign-ins that were not completed, latest first. Who entered them knows the password. A new password deletes them.
         */
        get: operations["list_wrong_codes"];
        put?: never;
        post?: never;
        /**
         * Dismiss wrong codes
         * @description Deletes the list of wrong codes.
         */
        delete: operations["delete_wrong_codes"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/deletion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete your account
         * @description Permanently, with sessions, keys and history.
         */
        post: operations["delete_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password-resets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request a new password
         * @description E-mails a link if the account exists; the response does not reveal that. 404 without a mail server.
         */
        post: operations["create_password_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password-resets/completion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password with a link
         * @description Every session of the account ends. All its keys are revoked, since somebody else may have created one with the old password, unless `revoke_keys` is false.
         */
        post: operations["complete_password_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your keys
         * @description Newest first, without the secrets.
         */
        get: operations["list_keys"];
        put?: never;
        /**
         * Create a key
         * @description Only this response contains the key itself.
         */
        post: operations["create_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description The key stops working immediately.
         */
        delete: operations["delete_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the members
         * @description Oldest first.
         */
        get: operations["list_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{member}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a member
         * @description Permanently, with sessions, keys and history.
         */
        delete: operations["delete_member"];
        options?: never;
        head?: never;
        /**
         * Change a member
         * @description Grants or revokes administrator rights, disables or enables the account. Its sessions end.
         */
        patch: operations["change_member"];
        trace?: never;
    };
    "/api/v1/members/{member}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign a member out everywhere
         * @description Ends every session of the member. Keys keep working.
         */
        delete: operations["delete_member_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{member}/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a member's second factor
         * @description For a member who has lost the second factor and the recovery codes. The member's sessions end.
         */
        delete: operations["delete_member_second_factor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{member}/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a link that sets a member's password
         * @description Send the link to the member. It works once, within an hour.
         */
        post: operations["create_member_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the invitations
         * @description Unused invitations, newest first.
         */
        get: operations["list_invitations"];
        put?: never;
        /**
         * Invite a person
         * @description The link works once, within a week, for this e-mail address only. The service e-mails it if mail is configured.
         */
        post: operations["create_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{invitation}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Withdraw an invitation
         * @description The link stops working immediately.
         */
        delete: operations["delete_invitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AccountBody
         * @description An account.
         */
        AccountBody: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Email */
            email: string;
            /** Admin */
            admin: boolean;
            /**
             * Disabled
             * @description Whether an administrator has disabled the account.
             */
            disabled: boolean;
            /**
             * Second Factor
             * @description Whether the account has a second factor.
             */
            second_factor: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * AcquiredPart
         * @description The scans of the four classes with one recognised sequence or plane.
         */
        AcquiredPart: {
            /**
             * Label
             * @description Name of the sequence or plane.
             */
            label: string;
            accuracy: components["schemas"]["Proportion"];
            /**
             * Decisions
             * @description Scans with each decision.
             */
            decisions: {
                [key: string]: components["schemas"]["Proportion"];
            };
            /** @description Accuracy of the scans with the decision `answer`. */
            right_where_answered: components["schemas"]["Proportion"];
        };
        /**
         * AcquisitionBody
         * @description How the slice was acquired, as its picture shows.
         */
        AcquisitionBody: {
            sequence: components["schemas"]["SequenceBody"];
            plane: components["schemas"]["PlaneBody"];
        };
        /**
         * AgreementBody
         * @description Whether mirrored, shifted and rotated views of the scan lead to the same class.
         */
        AgreementBody: {
            /**
             * Views
             * @description Number of views, including the unchanged scan.
             */
            views: number;
            /**
             * Agreeing
             * @description Share of the views whose most probable class is the predicted class.
             */
            agreeing: number;
            /**
             * Spread
             * @description Standard deviation, over the views, of the predicted class's probability.
             */
            spread: number;
        };
        /**
         * Alarm
         * @description An alarm: the answers no longer resemble the reference.
         */
        Alarm: {
            /**
             * At
             * Format: date-time
             * @description Time of the alarm, UTC.
             */
            at: string;
            /**
             * Answers
             * @description Number of answers before the alarm.
             */
            answers: number;
            /**
             * Score
             * @description Score with the strongest evidence.
             */
            score: string;
        };
        /**
         * BatchItem
         * @description The result for one file of a batch: a prediction or a problem.
         */
        BatchItem: {
            /**
             * Index
             * @description Position, from 0, of the file in the request, with archives unpacked.
             */
            index: number;
            /**
             * Name
             * @description Name of the file as sent; in a ZIP archive its path.
             */
            name: string;
            prediction: components["schemas"]["PredictionResponse"] | null;
            problem: components["schemas"]["ProblemBody"] | null;
        };
        /**
         * BatchResponse
         * @description The results of a batch, in the order of its files.
         */
        BatchResponse: {
            /** Succeeded */
            succeeded: number;
            /** Failed */
            failed: number;
            /** Results */
            results: components["schemas"]["BatchItem"][];
        };
        /**
         * Bin
         * @description A bin of a histogram.
         */
        Bin: {
            /** Low */
            low: number;
            /** High */
            high: number;
            /**
             * Reference
             * @description Share of the validation images.
             */
            reference: number;
            /**
             * Window
             * @description Share of the window.
             */
            window: number;
        };
        /** Body_create_prediction */
        Body_create_prediction: {
            /**
             * File
             * Format: binary
             * @description The image.
             */
            file: Blob;
        };
        /** Body_create_prediction_batch */
        Body_create_prediction_batch: {
            /**
             * Files
             * @description The images.
             */
            files: Blob[];
        };
        /** Body_create_report */
        Body_create_report: {
            /**
             * File
             * Format: binary
             * @description The image.
             */
            file?: Blob;
        };
        /** Body_create_study */
        Body_create_study: {
            /**
             * Files
             * @description The files.
             */
            files: Blob[];
        };
        /** Body_measure_evaluation_scans */
        Body_measure_evaluation_scans: {
            /**
             * Files
             * @description The images.
             */
            files: Blob[];
        };
        /**
         * Calibration
         * @description Agreement of the probabilities with the observed accuracy.
         */
        Calibration: {
            /** Temperature */
            temperature: number;
            /**
             * Nll
             * @description Negative log-likelihood, in nats.
             */
            nll: number;
            /**
             * Brier
             * @description Mean squared distance to the one-hot label, summed over classes (0 to 2).
             */
            brier: number;
            /**
             * Ece
             * @description Expected calibration error, 15 bins of equal width.
             */
            ece: number;
            /** Bins */
            bins: components["schemas"]["ReliabilityBin"][];
        };
        /**
         * Capabilities
         * @description What the service accepts and which of its parts are on.
         */
        Capabilities: {
            /**
             * Version
             * @description Version of the service.
             */
            version: string;
            /**
             * Models
             * @description Names of the models that it serves.
             */
            models: string[];
            /** Default Model */
            default_model: string;
            /**
             * Heatmap Methods
             * @description What `method` accepts with each model; the default first.
             */
            heatmap_methods: {
                [key: string]: components["schemas"]["HeatmapMethod"][];
            };
            /**
             * Precisions
             * @description Number format in which each model computes, `f32` or `bf16`: the quicker one on this processor, or the operator's choice. Empty until the models are loaded.
             */
            precisions: {
                [key: string]: string;
            };
            /**
             * Parallel Passes
             * @description Most scans that it computes at the same time.
             */
            parallel_passes: number;
            /**
             * Formats
             * @description Image formats that it reads.
             */
            formats: string[];
            limits: components["schemas"]["UploadLimits"];
            features: components["schemas"]["Features"];
        };
        /**
         * ClassInfo
         * @description One of the four classes.
         */
        ClassInfo: {
            /** @description Id used in requests and responses. */
            id: components["schemas"]["TumorClass"];
            /**
             * Name
             * @description Name of the class, as in `Glioma`.
             */
            name: string;
            /**
             * Description
             * @description What the class means.
             */
            description: string;
            /**
             * Characteristics
             * @description Typical appearance on MRI.
             */
            characteristics: string[];
        };
        /**
         * ClassIntervals
         * @description One class against the other three; null if the scans have no case of that side.
         */
        ClassIntervals: {
            sensitivity: components["schemas"]["Interval"] | null;
            specificity: components["schemas"]["Interval"] | null;
        };
        /**
         * ClassList
         * @description The classes, in the order of the probabilities.
         */
        ClassList: {
            /** Classes */
            classes: components["schemas"]["ClassInfo"][];
        };
        /**
         * ClassMetrics
         * @description Measures of one class against the three others.
         */
        ClassMetrics: {
            /**
             * Sensitivity
             * @description Share of the images of this class that are classified as this class.
             */
            sensitivity: number;
            /**
             * Specificity
             * @description Share of the other images that are not classified as this class.
             */
            specificity: number;
            /**
             * Images
             * @description Number of images of this class.
             */
            images: number;
        };
        /**
         * ClassPair
         * @description How often the two models predicted this pair of classes.
         */
        ClassPair: {
            served: components["schemas"]["TumorClass"];
            shadow: components["schemas"]["TumorClass"];
            /** Count */
            count: number;
        };
        /**
         * ClassProbability
         * @description Probability of one class.
         */
        ClassProbability: {
            class: components["schemas"]["TumorClass"];
            /** Label */
            label: string;
            /**
             * Probability
             * @description Calibrated probability of the class.
             */
            probability: number;
        };
        /**
         * ClassReport
         * @description Measures of one class against the three others.
         */
        ClassReport: {
            /** Images */
            images: number;
            sensitivity: components["schemas"]["Proportion"];
            specificity: components["schemas"]["Proportion"];
            /** @description Positive predictive value, for this mix of classes only. */
            ppv: components["schemas"]["Proportion"];
            /** F1 */
            f1: number;
            /**
             * Auroc
             * @description Area under the ROC curve; null without images of the class, or of other classes.
             */
            auroc: number | null;
        };
        /**
         * ClassRole
         * @description The part of a class in the decision: it is the answer, it is left open, or neither.
         * @enum {string}
         */
        ClassRole: "answer" | "open" | "other";
        /**
         * ClassShare
         * @description Share of a class among the answers.
         */
        ClassShare: {
            class: components["schemas"]["TumorClass"];
            /** Label */
            label: string;
            /**
             * Reference
             * @description Share of the validation images that were predicted as this class.
             */
            reference: number;
            /**
             * Window
             * @description Share of the window that was predicted as this class.
             */
            window: number;
            /**
             * Estimated
             * @description Estimated share of this class among the scans of the window (BBSE).
             */
            estimated: number;
            /**
             * Low
             * @description Lower end of its 95 % interval.
             */
            low: number;
            /**
             * High
             * @description Upper end of its 95 % interval.
             */
            high: number;
        };
        /**
         * CodeGiven
         * @description A code of the second factor.
         */
        CodeGiven: {
            /**
             * Code
             * Format: password
             * @description Six digits from the authenticator app, or a recovery code.
             */
            code: string;
        };
        /**
         * ComparisonBody
         * @description The prediction of another model for the same scan.
         */
        ComparisonBody: {
            model: components["schemas"]["ModelRef"];
            /** @description The most probable class; null for `other` and `outside`. */
            prediction: components["schemas"]["PredictedClass"] | null;
            /**
             * Probabilities
             * @description In the order of the model's outputs; they sum to 1.
             */
            probabilities: components["schemas"]["ClassProbability"][];
            decision: components["schemas"]["Decision"];
            prediction_set: components["schemas"]["PredictionSetBody"] | null;
            /**
             * Created At
             * Format: date-time
             * @description UTC.
             */
            created_at: string;
            /**
             * Summary
             * @description The decision on one line, with its probability.
             */
            summary: string;
        };
        /**
         * ConclusionBody
         * @description What the slices of a series, or the series of a study, lead to.
         */
        ConclusionBody: {
            /** @description By the thresholds of single slices; `outside` if no slice is used. The decision on a study whose series lead to different results is not `answer`. */
            decision: components["schemas"]["Decision"];
            /**
             * Headline
             * @description The decision in a few words.
             */
            headline: string;
            /** @description The most probable class; null if the decision names no class. */
            prediction: components["schemas"]["PredictedClass"] | null;
            /**
             * Probabilities
             * @description Combined; null if no slice is used.
             */
            probabilities: components["schemas"]["ClassProbability"][] | null;
            /** @description The set behind the decision; null if unknown, and if the decision names no class. */
            prediction_set: components["schemas"]["PredictionSetBody"] | null;
            /**
             * Reasons
             * @description Why the decision by the thresholds is not `answer`.
             */
            reasons: components["schemas"]["WarningBody"][];
        };
        /**
         * ConfirmedSetCoverage
         * @description Observed coverage of the conformal prediction sets of one nominal coverage.
         */
        ConfirmedSetCoverage: {
            /**
             * Promised
             * @description Nominal coverage.
             */
            promised: number;
            /** @description Sets that contain the confirmed class. */
            held: components["schemas"]["Proportion"];
            /**
             * Mean Size
             * @description Mean number of classes in a set.
             */
            mean_size: number;
        };
        /**
         * CorruptionReport
         * @description All test images with one corruption.
         */
        CorruptionReport: {
            /** Name */
            name: string;
            accuracy: components["schemas"]["Proportion"];
            missed_tumors: components["schemas"]["Proportion"];
        };
        /**
         * DecidingPictureBody
         * @description A slice with its heat-map.
         */
        DecidingPictureBody: {
            /**
             * Index
             * @description Index in `slices`.
             */
            index: number;
            /**
             * Title
             * @description What the heat-map shows.
             */
            title: string;
            /**
             * Overlay
             * @description The slice with the heat-map over it, a PNG as a data URL.
             */
            overlay: string;
        };
        /**
         * Decision
         * @description How far an answer may be used.
         *
         *     `answer`: the class is the network's answer; `uncertain`: a person must decide; `other`: the slice shows something
         *     that is none of the four classes, such as another tumor or a lesion; `outside`: the image is not a brain MRI like
         *     the training scans, and the answer has no meaning.
         * @enum {string}
         */
        Decision: "answer" | "uncertain" | "other" | "outside";
        /**
         * Deleted
         * @description The result of a deletion.
         */
        Deleted: {
            /**
             * Deleted
             * @description Number of deleted records.
             */
            deleted: number;
        };
        /**
         * Disagreement
         * @description A scan on which two models disagree.
         */
        Disagreement: {
            /**
             * Id
             * Format: uuid
             * @description Id of the stored prediction.
             */
            id: string;
            /**
             * Created At
             * Format: date-time
             * @description UTC.
             */
            created_at: string;
            served_by: components["schemas"]["ModelRef"];
            /** @description The serving model's prediction. */
            served: components["schemas"]["Opinion"];
            shadow_by: components["schemas"]["ModelRef"];
            /** @description The shadow model's prediction. */
            shadow: components["schemas"]["Opinion"];
        };
        /**
         * Display
         * @description The result in words, for people: the same on the page, in reports, in the history and on the command line.
         */
        Display: {
            /**
             * Headline
             * @description The decision in a few words.
             */
            headline: string;
            /**
             * Summary
             * @description The decision on one line, with its probability.
             */
            summary: string;
            /**
             * Decision
             * @description What the decision means for the reader, in a sentence.
             */
            decision: string;
            /**
             * Probability
             * @description Of the most probable class; null for `other` and `outside`.
             */
            probability: string | null;
            /**
             * Classes
             * @description From most to least probable.
             */
            classes: components["schemas"]["DisplayedClass"][];
            /**
             * Prediction Set
             * @description What the deciding prediction set contains, in a sentence.
             */
            prediction_set: string | null;
            /**
             * Heatmap
             * @description Where in the image the evidence is, in a sentence; left and right are the image's. Null where no heat-map should be shown.
             */
            heatmap: string | null;
            /**
             * Heatmap Title
             * @description Caption of the heat-map; null where none should be shown.
             */
            heatmap_title: string | null;
            /**
             * Agreement
             * @description Whether several views agree, in a sentence; null for one view.
             */
            agreement: string | null;
            /**
             * Acquisition
             * @description Sequence and plane, in a sentence; null without `acquisition`.
             */
            acquisition: string | null;
            /**
             * Accuracy
             * @description How often the network was right on slices of other hospitals with this sequence, in a sentence; null unless the decision is `answer` and this was measured.
             */
            accuracy: string | null;
            /**
             * Author
             * @description Who wrote the explanation; null where there is none.
             */
            author: string | null;
            /**
             * Model
             * @description Name and version of the model.
             */
            model: string;
            /**
             * Image
             * @description Format and size of the image.
             */
            image: string;
            /**
             * Timing
             * @description How long the prediction took, and each of its steps.
             */
            timing: string;
        };
        /**
         * DisplayedClass
         * @description A class as a screen shows it.
         */
        DisplayedClass: {
            class: components["schemas"]["TumorClass"];
            /**
             * Name
             * @description Name of the class, as in `Glioma`.
             */
            name: string;
            /**
             * Probability
             * @description Calibrated probability, as in `98.7 %` or `over 99.9 %`.
             */
            probability: string;
            /** @description Whether the class is the `answer`, is left `open`, or neither (`other`). */
            role: components["schemas"]["ClassRole"];
        };
        /**
         * DriftCheck
         * @description Comparison of the window of the latest answers with the reference.
         */
        DriftCheck: {
            /**
             * At
             * Format: date-time
             * @description Time of the check, UTC.
             */
            at: string;
            /**
             * Window
             * @description Number of answers in the window.
             */
            window: number;
            /** Tests */
            tests: components["schemas"]["DriftTest"][];
            /**
             * Classes
             * @description In the order of the model's classes.
             */
            classes: components["schemas"]["ClassShare"][];
        };
        /**
         * DriftPoint
         * @description Summary of an earlier check.
         */
        DriftPoint: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Answers
             * @description Number of answers until then.
             */
            answers: number;
            /**
             * P Value
             * @description P-value of the sequential test until then.
             */
            p_value: number;
            /**
             * Smallest
             * @description The smallest adjusted p-value of the window's tests.
             */
            smallest: number;
        };
        /**
         * DriftReport
         * @description Drift of one model's answers.
         */
        DriftReport: {
            /** @description `collecting` until the window has enough answers to test. */
            status: components["schemas"]["DriftStatus"];
            reference: components["schemas"]["ReferenceFacts"];
            /**
             * False Alarm
             * @description Probability that an alarm is ever raised while nothing has changed.
             * @default 0.01
             */
            false_alarm: number;
            /**
             * Since
             * Format: date-time
             * @description Start of the monitoring, UTC.
             */
            since: string;
            /**
             * Answers
             * @description Number of answers since then.
             */
            answers: number;
            /**
             * P Value
             * @description Smallest p-value of the sequential test so far.
             */
            p_value: number;
            /** @description Null where no alarm was raised. */
            alarm: components["schemas"]["Alarm"] | null;
            /**
             * Evidence
             * @description Evidence of each score, the strongest first.
             */
            evidence: components["schemas"]["Evidence"][];
            /** @description Latest hourly check; null before the first. */
            check: components["schemas"]["DriftCheck"] | null;
            /**
             * Histograms
             * @description Of the current window; none while it is empty.
             */
            histograms: components["schemas"]["Histogram"][];
            /**
             * Past
             * @description Earlier checks, the oldest first.
             */
            past: components["schemas"]["DriftPoint"][];
        };
        /**
         * DriftStatus
         * @description State of the monitoring.
         * @enum {string}
         */
        DriftStatus: "collecting" | "steady" | "alarm";
        /**
         * DriftTest
         * @description A test of the window against the reference; its p-value is valid for a single look.
         */
        DriftTest: {
            /**
             * Name
             * @description Compared quantity.
             */
            name: string;
            /**
             * Method
             * @description Name of the test.
             */
            method: string;
            /** Statistic */
            statistic: number;
            /**
             * P Value
             * @description P-value of this test.
             */
            p_value: number;
            /**
             * Adjusted
             * @description P-value adjusted for the number of tests (Holm).
             */
            adjusted: number;
        };
        /**
         * Estimate
         * @description A value with its 95 % confidence interval.
         */
        Estimate: {
            /** Value */
            value: number;
            /** Low */
            low: number;
            /** High */
            high: number;
        };
        /**
         * EvaluatedScan
         * @description A labelled scan and the network's output for it.
         */
        EvaluatedScan: {
            /**
             * Scan
             * @description Name in the report: a path or a number.
             */
            scan: string;
            /**
             * Class
             * @description Class confirmed by the site; `other` for a scan that shows none of the classes.
             */
            class: components["schemas"]["TumorClass"] | "other";
            /**
             * Patient
             * @description Identifies the scans of one patient; null if unknown.
             */
            patient?: string | null;
            /**
             * Probabilities
             * @description Calibrated, in the model's class order.
             */
            probabilities: number[];
            /**
             * Gate Score
             * @description Out-of-distribution score; null if the gate is off.
             */
            gate_score?: number | null;
            /**
             * Other Score
             * @description Log-odds that the scan shows none of the classes; null for a model without further heads.
             */
            other_score?: number | null;
            /** @description The recognised sequence; null where there is none. */
            sequence?: components["schemas"]["MriSequence"] | null;
            /** @description The recognised plane; null where there is none. */
            plane?: components["schemas"]["Plane"] | null;
        };
        /**
         * Evaluation
         * @description Results of `python -m research.pipeline evaluate` on images that the network was not trained on.
         */
        Evaluation: {
            /**
             * Dataset
             * @description Data set of the measurement.
             */
            dataset: string;
            /**
             * Evaluated On
             * Format: date
             * @description Date of the measurement.
             */
            evaluated_on: string;
            /**
             * Images
             * @description Number of images.
             */
            images: number;
            /**
             * Accuracy
             * @description Share of the images that are classified correctly.
             */
            accuracy: number;
            /** @description Only images without a copy, mirrored or not, among the training images; null if there are none. */
            without_copies?: components["schemas"]["PartMetrics"] | null;
            /**
             * Tumors
             * @description Number of images with a tumor.
             */
            tumors: number;
            /**
             * Tumors Called Notumor
             * @description Number of images with a tumor that are classified as 'no tumor'.
             */
            tumors_called_notumor: number;
            /**
             * Other Source Tumors
             * @description Number of further images with a tumor, from the source of most 'no tumor' images; null where none were measured.
             */
            other_source_tumors?: number | null;
            /**
             * Other Source Tumors Found
             * @description Number of those that are classified as one of the three tumors.
             */
            other_source_tumors_found?: number | null;
            /**
             * Ece
             * @description Expected calibration error, 15 bins, after temperature scaling.
             */
            ece: number;
            /**
             * Nll
             * @description Negative log-likelihood in nats, after temperature scaling.
             */
            nll: number;
            /**
             * Per Class
             * @description Each class against the three others.
             */
            per_class: {
                [key: string]: components["schemas"]["ClassMetrics"];
            };
        };
        /**
         * EvaluationReport
         * @description The evaluation of one model on a site's labelled scans.
         */
        EvaluationReport: {
            model: components["schemas"]["MeasuredModel"];
            /**
             * Created At
             * Format: date-time
             * @description UTC.
             */
            created_at: string;
            /**
             * Service
             * @description Version of the service.
             */
            service: string;
            /**
             * Left Out
             * @description Scans that were not measured, with the reason.
             */
            left_out: components["schemas"]["LeftOut"][];
            /**
             * Copies Looked For
             * @description Whether copies of training scans were searched for and left out.
             */
            copies_looked_for: boolean;
            /** @description Figures with Wilson intervals, which treat scans as independent. */
            measured: components["schemas"]["PartReport"];
            /** @description Null if no scan has a patient. */
            by_patient: components["schemas"]["PatientIntervals"] | null;
            /** @description Null if the model has no thresholds. */
            trusted: components["schemas"]["Trusted"] | null;
            /**
             * Misread
             * @description Most confident first, at most 100.
             */
            misread: components["schemas"]["Misread"][];
            /** @description Null if there are too few scans. */
            fit: components["schemas"]["SiteFit"] | null;
            /**
             * No Fit
             * @description Why there is no fit.
             */
            no_fit: string | null;
            /**
             * Disclaimer
             * @default Research software that supports reading a scan. It is not a medical device, gives no diagnosis and never replaces a physician; its answer can be wrong.
             */
            disclaimer: string;
        };
        /**
         * EvaluationRequest
         * @description A site's labelled scans with the probabilities that the service returned for them.
         */
        EvaluationRequest: {
            /**
             * Model
             * @description Name of the model that classified the scans; the default model if absent.
             */
            model?: string | null;
            /**
             * Version
             * @description Version of the model, as returned with the probabilities.
             */
            version: string;
            /** Scans */
            scans: components["schemas"]["EvaluatedScan"][];
            /**
             * Left Out
             * @description Scans that were not measured, with the reason.
             * @default []
             */
            left_out: components["schemas"]["LeftOut"][];
        };
        /**
         * Evidence
         * @description Evidence of one score in the sequential test.
         */
        Evidence: {
            /**
             * Score
             * @description Name of the score.
             */
            score: string;
            /**
             * P Value
             * @description Valid at any time, and adjusted for the number of scores: an alarm is raised at `false_alarm`.
             */
            p_value: number;
        };
        /**
         * ExplanationBody
         * @description The prediction in plain words.
         */
        ExplanationBody: {
            /**
             * Source
             * @enum {string}
             */
            source: "gemini" | "built-in";
            /**
             * Model
             * @description Name of the language model; null for the built-in explanation.
             */
            model: string | null;
            /**
             * Text
             * @description Paragraphs, separated by blank lines.
             */
            text: string;
            /**
             * Notice
             * @description Why Gemini did not write the requested explanation; null if it did.
             */
            notice: string | null;
        };
        /**
         * ExportFormat
         * @description File format of an exported history.
         * @enum {string}
         */
        ExportFormat: "json" | "csv" | "zip";
        /**
         * ExternalMeasurement
         * @description Results of one model version on slices of hospitals that were left out of the training.
         */
        ExternalMeasurement: {
            /** Slices */
            slices: number;
            /** Accuracy */
            accuracy: number;
            /**
             * Answered
             * @description Share of the slices whose decision is `answer`.
             */
            answered: number;
            /**
             * Accuracy Of Answers
             * @description Accuracy on the answered slices; 0 if none is answered.
             */
            accuracy_of_answers: number;
            /**
             * Tumors Surely Called Notumor
             * @description Share of the tumor slices that are answered with 'no tumor'.
             */
            tumors_surely_called_notumor: number;
            /**
             * Tumors Found
             * @description Share of the tumor slices that are classified as any tumor.
             */
            tumors_found: number;
            /**
             * Tumor Free Clear
             * @description Share of the tumor-free slices that are classified as 'no tumor'.
             */
            tumor_free_clear: number;
            /**
             * Set Coverage 99
             * @description Share of the 99 % prediction sets that contain the label.
             */
            set_coverage_99: number;
            /**
             * Accuracy By Sequence
             * @description Accuracy by class and sequence.
             */
            accuracy_by_sequence: {
                [key: string]: {
                    [key: string]: number;
                };
            };
            by_patient: components["schemas"]["PatientsMeasurement"];
            /** Model */
            model: string;
            /** Version */
            version: string;
            /**
             * Source
             * @description Where the slices and the figures come from.
             */
            source: string;
            /** @description The same on other patients of hospitals that the model was trained on. */
            patients: components["schemas"]["HospitalsMeasurement"];
        };
        /**
         * Features
         * @description The parts that the operator can turn on and off.
         */
        Features: {
            /**
             * Studies
             * @description Whether it reads DICOM and NIfTI, and `POST /studies` answers.
             */
            studies: boolean;
            /**
             * Accounts
             * @description Whether requests need a session or a key.
             */
            accounts: boolean;
            /**
             * History
             * @description Whether predictions are stored.
             */
            history: boolean;
            /**
             * Images
             * @description Whether the history stores pictures.
             */
            images: boolean;
            /**
             * Gemini
             * @description Whether `explain=true` can have an explanation by Gemini.
             */
            gemini: boolean;
            /**
             * Drift
             * @description Whether drift is monitored.
             */
            drift: boolean;
        };
        /**
         * FeedbackBody
         * @description Stored feedback on a prediction.
         */
        FeedbackBody: {
            /** @description `agree`, or the confirmed class. */
            verdict: components["schemas"]["Verdict"];
            /** @description The class of the scan according to the verdict. */
            confirmed: components["schemas"]["TumorClass"];
            /** Note */
            note: string | null;
            /**
             * Given At
             * Format: date-time
             * @description UTC.
             */
            given_at: string;
        };
        /**
         * FeedbackRequest
         * @description A reader's feedback on a prediction.
         */
        FeedbackRequest: {
            /** @description `agree`, or the confirmed class. */
            verdict: components["schemas"]["Verdict"];
            /**
             * Note
             * @description How the class was confirmed, for example. The note is stored with the record: do not identify the patient.
             */
            note?: string | null;
        };
        /**
         * FeedbackStatistics
         * @description Performance on confirmed cases.
         */
        FeedbackStatistics: {
            selection: components["schemas"]["Selection"];
            /** @description Null if no case is confirmed. */
            overall: components["schemas"]["Performance"] | null;
            /** Models */
            models: components["schemas"]["ModelPerformance"][];
            /**
             * Periods
             * @description Oldest first.
             */
            periods: components["schemas"]["PeriodPerformance"][];
            /**
             * Truncated
             * @description True if older cases were left out: at most the newest 5,000 are included.
             */
            truncated: boolean;
        };
        /**
         * FetchedBody
         * @description What was fetched from a server, and stored there.
         */
        FetchedBody: {
            /**
             * Server
             * @description Name of the server.
             */
            server: string;
            /**
             * Objects
             * @description Number of objects that were fetched.
             */
            objects: number;
            /**
             * Other Series
             * @description Modality of each series that was not fetched, since it cannot contain MR pictures.
             */
            other_series: string[];
            /**
             * Stored
             * @description Number of objects with results that the server stores; null without `store`.
             */
            stored: number | null;
        };
        /**
         * FieldFault
         * @description One thing wrong with a request's parameters or body.
         */
        FieldFault: {
            /**
             * Location
             * @description Location of the fault, for example `query.target`.
             */
            location: string;
            /**
             * Message
             * @description Description of the fault.
             */
            message: string;
        };
        /**
         * FittedCoverage
         * @description Prediction sets with the site's thresholds, measured on scans that they were not fitted to.
         */
        FittedCoverage: {
            /** Coverage */
            coverage: number;
            /**
             * Fitted
             * @description False where a class has too few scans for this coverage; the model's own thresholds apply.
             */
            fitted: boolean;
            /**
             * Covered
             * @description Share of the scans whose set contains their class.
             */
            covered: number;
            /** Per Class */
            per_class: {
                [key: string]: number;
            };
            /** Mean Size */
            mean_size: number;
        };
        /**
         * FocusBody
         * @description Centre and extent of the heat-map, in fractions of the image.
         */
        FocusBody: {
            /**
             * X
             * @description Centre of mass, from the left edge.
             */
            x: number;
            /**
             * Y
             * @description Centre of mass, from the top edge.
             */
            y: number;
            /**
             * Area
             * @description Share of the image with a heat of at least 0.5.
             */
            area: number;
        };
        /**
         * GateBody
         * @description Out-of-distribution score: how far the image is from the brain MRIs of the training set.
         */
        GateBody: {
            /**
             * Score
             * @description Out-of-distribution score; higher means less similar.
             */
            score: number;
            /**
             * Threshold
             * @description An image with a higher score is out-of-distribution.
             */
            threshold: number;
        };
        /**
         * HealthStatus
         * @description State of the process.
         */
        HealthStatus: {
            /**
             * Status
             * @constant
             */
            status: "alive";
        };
        /**
         * HeatmapBody
         * @description Which parts of the image are evidence for a class (Grad-CAM), or where the network sees a tumor.
         */
        HeatmapBody: {
            /** @description `grad-cam`: the evidence for a class; `place`: the probability of a tumor at each place. */
            method: components["schemas"]["HeatmapMethod"];
            /**
             * Layer
             * @description The layer whose feature map is used.
             */
            layer: string;
            /** @description The class that the heat-map explains; null for `place`, which belongs to no class. */
            target: components["schemas"]["TumorClass"] | null;
            /**
             * Overlay
             * @description The scan with the heat-map over it: a PNG as a data URL, at most 1024 pixels per side. Null unless `heatmap` is `overlay`.
             */
            overlay: string | null;
            /**
             * Heat
             * @description The heat-map without the scan, transparent where there is no evidence: a PNG of the size of the overlay, as a data URL. Null unless `heatmap` is `layer`.
             */
            heat: string | null;
            /**
             * Grid
             * @description The evidence on the grid of the feature map, row by row from the top; the highest is 1. With `place` the probability of a tumor, whose highest may be below 1. Null unless `heatmap` is `grid`.
             */
            grid: number[][] | null;
            /** @description Null if the heat-map points to no place. */
            focus: components["schemas"]["FocusBody"] | null;
        };
        /**
         * HeatmapChecks
         * @description Tests of whether the heat-maps depend on the network and show the areas that it uses.
         */
        HeatmapChecks: {
            /** Images */
            images: number;
            /**
             * Randomised Correlation
             * @description Mean rank correlation with the heat-maps of untrained networks (Adebayo et al. 2018).
             */
            randomised_correlation: number;
            /**
             * Deletion
             * @description Mean area under the curve of the probability while areas are blacked out, the hottest first; by order: grad-cam, random, centre. Lower is better (Petsiuk et al. 2018).
             */
            deletion: {
                [key: string]: number;
            };
            /**
             * Insertion
             * @description The same while areas are restored, the hottest first; higher is better.
             */
            insertion: {
                [key: string]: number;
            };
        };
        /**
         * HeatmapKind
         * @description How a response contains the heat-map.
         * @enum {string}
         */
        HeatmapKind: "overlay" | "layer" | "grid" | "none";
        /**
         * HeatmapMethod
         * @description What a heat-map shows: the evidence for a class (Grad-CAM), or the probability of a tumor at each place.
         * @enum {string}
         */
        HeatmapMethod: "grad-cam" | "place";
        /**
         * Histogram
         * @description Distribution of one measure of scans; the outer bins include the values beyond them.
         */
        Histogram: {
            /** Name */
            name: string;
            /** Bins */
            bins: components["schemas"]["Bin"][];
        };
        /**
         * HospitalsMeasurement
         * @description Results on slices of other hospitals.
         */
        HospitalsMeasurement: {
            /** Slices */
            slices: number;
            /** Accuracy */
            accuracy: number;
            /**
             * Answered
             * @description Share of the slices whose decision is `answer`.
             */
            answered: number;
            /**
             * Accuracy Of Answers
             * @description Accuracy on the answered slices; 0 if none is answered.
             */
            accuracy_of_answers: number;
            /**
             * Tumors Surely Called Notumor
             * @description Share of the tumor slices that are answered with 'no tumor'.
             */
            tumors_surely_called_notumor: number;
            /**
             * Tumors Found
             * @description Share of the tumor slices that are classified as any tumor.
             */
            tumors_found: number;
            /**
             * Tumor Free Clear
             * @description Share of the tumor-free slices that are classified as 'no tumor'.
             */
            tumor_free_clear: number;
            /**
             * Set Coverage 99
             * @description Share of the 99 % prediction sets that contain the label.
             */
            set_coverage_99: number;
            /**
             * Accuracy By Sequence
             * @description Accuracy by class and sequence.
             */
            accuracy_by_sequence: {
                [key: string]: {
                    [key: string]: number;
                };
            };
            by_patient: components["schemas"]["PatientsMeasurement"];
        };
        /**
         * ImageInfo
         * @description The image file.
         */
        ImageInfo: {
            /**
             * Width
             * @description In pixels, after rotation to upright.
             */
            width: number;
            /**
             * Height
             * @description In pixels, after rotation to upright.
             */
            height: number;
            /**
             * Format
             * @description Image format, detected from the content.
             */
            format: string;
            /**
             * Mode
             * @description Pixel format of the file.
             */
            mode: string;
        };
        /**
         * InferenceFault
         * @description An error in the format of the protocol.
         */
        InferenceFault: {
            /**
             * Error
             * @description What was wrong with the request, and what is accepted.
             */
            error: string;
        };
        /**
         * InferenceResponse
         * @description Predictions, in the order of the images.
         */
        InferenceResponse: {
            /** Model Name */
            model_name: string;
            /** Model Version */
            model_version: string;
            /**
             * Id
             * @description That of the request; absent if it had none.
             */
            id?: string | null;
            parameters: components["schemas"]["ResponseParameters"];
            /** Outputs */
            outputs: components["schemas"]["OutputTensor"][];
        };
        /**
         * InputSpec
         * @description Shape of the network's input, float32 `[1, height, width, channels]` in `[0, 1]`.
         */
        InputSpec: {
            /** Height */
            height: number;
            /** Width */
            width: number;
            /** Channels */
            channels: number;
        };
        /**
         * Interval
         * @description A figure with its 95 % interval by bootstrap over patients.
         */
        Interval: {
            /** Value */
            value: number;
            /**
             * Low
             * @description 2.5th percentile.
             */
            low: number;
            /**
             * High
             * @description 97.5th percentile.
             */
            high: number;
        };
        /**
         * InvitationBody
         * @description An unused invitation.
         */
        InvitationBody: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Email */
            email: string;
            /** Admin */
            admin: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /**
         * InvitationList
         * @description Unused invitations.
         */
        InvitationList: {
            /** Invitations */
            invitations: components["schemas"]["InvitationBody"][];
        };
        /**
         * InvitationRequest
         * @description The person to invite.
         */
        InvitationRequest: {
            /**
             * Email
             * @description An e-mail address.
             * @example reader@example.org
             */
            email: string;
            /**
             * Admin
             * @description Whether the account becomes an administrator's.
             * @default false
             */
            admin: boolean;
        };
        /**
         * KeyBody
         * @description A key, without its secret.
         */
        KeyBody: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /** Scopes */
            scopes: components["schemas"]["Scope"][];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Expires At */
            expires_at: string | null;
            /**
             * Used At
             * @description Time of the last use, accurate to a minute.
             */
            used_at: string | null;
        };
        /**
         * KeyList
         * @description Keys of the caller's account.
         */
        KeyList: {
            /** Keys */
            keys: components["schemas"]["KeyBody"][];
        };
        /**
         * KeyRequest
         * @description A new key.
         */
        KeyRequest: {
            /**
             * Name
             * @description Purpose of the key.
             */
            name: string;
            /**
             * Scopes
             * @description Permissions of the key; at most its creator's.
             * @default [
             *       "predict"
             *     ]
             */
            scopes: components["schemas"]["Scope"][];
            /**
             * Expires At
             * @description When the key expires; never if absent.
             */
            expires_at?: string | null;
        };
        /**
         * LeftOut
         * @description A scan that was not measured.
         */
        LeftOut: {
            /**
             * Scan
             * @description Name in the report.
             */
            scan: string;
            /**
             * Reason
             * @description Why it was left out.
             */
            reason: string;
        };
        /**
         * LinkBody
         * @description A new one-time link.
         */
        LinkBody: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Link
             * @description The link, to send to its recipient. It is shown only once.
             */
            link: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /**
         * MeasuredModel
         * @description The model that was measured.
         */
        MeasuredModel: {
            /** Name */
            name: string;
            /**
             * Version
             * @description Contains `+site.` if a site's file was in use.
             */
            version: string;
            /**
             * Sha256
             * @description SHA-256 of the weights file.
             */
            sha256: string;
        };
        /**
         * MeasuredScan
         * @description The network's output for one image, or the problem with it.
         */
        MeasuredScan: {
            /**
             * Index
             * @description Position, from 0, of the file in the request, with archives unpacked.
             */
            index: number;
            /**
             * Name
             * @description Name of the file as sent; in a ZIP archive its path.
             */
            name: string;
            /**
             * Probabilities
             * @description Calibrated, in the model's class order.
             */
            probabilities: number[] | null;
            /**
             * Gate Score
             * @description Out-of-distribution score; null if the gate is off.
             */
            gate_score: number | null;
            /**
             * Other Score
             * @description Log-odds that the scan shows none of the classes; null for a model without further heads.
             */
            other_score: number | null;
            /** @description The recognised sequence; null where there is none. */
            sequence: components["schemas"]["MriSequence"] | null;
            /** @description The recognised plane; null where there is none. */
            plane: components["schemas"]["Plane"] | null;
            /**
             * Copy Of Training Scan
             * @description Whether it is a copy of a training scan, which must not count; null if the training fingerprints are missing.
             */
            copy_of_training_scan: boolean | null;
            problem: components["schemas"]["ProblemBody"] | null;
        };
        /**
         * MeasuredScans
         * @description The network's output for several images, in the order of the request.
         */
        MeasuredScans: {
            /**
             * Model
             * @description Name of the model.
             */
            model: string;
            /** Version */
            version: string;
            /** Results */
            results: components["schemas"]["MeasuredScan"][];
        };
        /**
         * MemberChange
         * @description A change to a member. Absent fields stay unchanged.
         */
        MemberChange: {
            /**
             * Admin
             * @description Whether the member is an administrator.
             */
            admin?: boolean | null;
            /**
             * Disabled
             * @description Whether the account is disabled.
             */
            disabled?: boolean | null;
        };
        /**
         * MemberList
         * @description A page of members.
         */
        MemberList: {
            /** Members */
            members: components["schemas"]["AccountBody"][];
            /**
             * Next
             * @description Value of `after` for the next page; null on the last page.
             */
            next: string | null;
        };
        /**
         * Misread
         * @description A misclassified scan.
         */
        Misread: {
            /** Scan */
            scan: string;
            /** @description Class confirmed by the site. */
            class: components["schemas"]["TumorClass"];
            predicted: components["schemas"]["TumorClass"];
            /** Confidence */
            confidence: number;
        };
        /**
         * Mistake
         * @description A test image that is misclassified.
         */
        Mistake: {
            /** File */
            file: string;
            label: components["schemas"]["TumorClass"];
            predicted: components["schemas"]["TumorClass"];
            /** Confidence */
            confidence: number;
            /** Has Copy In Training */
            has_copy_in_training: boolean;
        };
        /**
         * ModelInfo
         * @description A model of this service.
         */
        ModelInfo: {
            /**
             * Name
             * @description Name for the query parameter `model`.
             */
            name: string;
            /**
             * Default
             * @description Whether it is used when a request names no model.
             */
            default: boolean;
            /** Version */
            version: string;
            /** Architecture */
            architecture: string;
            /** Description */
            description: string;
            /**
             * Sha256
             * @description SHA-256 of the weights file.
             */
            sha256: string;
            input: components["schemas"]["InputSpec"];
            /** @description Accuracy measured on the test set; null if not measured. */
            evaluation: components["schemas"]["Evaluation"] | null;
            /** @description Accuracy on slices of other hospitals, which tells more about new scans; null if not measured. */
            external: components["schemas"]["ExternalMeasurement"] | null;
            /**
             * External By Sequence
             * @description That accuracy for each sequence, in sentences.
             */
            external_by_sequence: string[];
            /**
             * Heatmap Methods
             * @description What `method` accepts; the default first.
             */
            heatmap_methods: components["schemas"]["HeatmapMethod"][];
        };
        /**
         * ModelList
         * @description The models of this service.
         */
        ModelList: {
            /** Default */
            default: string;
            /** Models */
            models: components["schemas"]["ModelInfo"][];
        };
        /**
         * ModelPerformance
         * @description Performance of one model version.
         */
        ModelPerformance: {
            model: components["schemas"]["ModelRef"];
            performance: components["schemas"]["Performance"];
        };
        /**
         * ModelReadiness
         * @description State of a model that answers.
         */
        ModelReadiness: {
            /** Name */
            name: string;
            /**
             * Ready
             * @constant
             */
            ready: true;
        };
        /**
         * ModelRef
         * @description The model that made the prediction.
         */
        ModelRef: {
            /** Name */
            name: string;
            /** Version */
            version: string;
        };
        /**
         * ModelSpec
         * @description The inputs and outputs of a model. A request has exactly one of the inputs.
         */
        ModelSpec: {
            /** Name */
            name: string;
            /** Versions */
            versions: string[];
            /**
             * Platform
             * @description Architecture of the network.
             */
            platform: string;
            /** Inputs */
            inputs: components["schemas"]["TensorSpec"][];
            /** Outputs */
            outputs: components["schemas"]["TensorSpec"][];
        };
        /**
         * ModelVersionInfo
         * @description A version of a model.
         */
        ModelVersionInfo: {
            /**
             * Version
             * @description Value for the query parameter `version`.
             */
            version: string;
            /**
             * Default
             * @description Whether it is used when a request names no version, unless another version answers a share.
             */
            default: boolean;
            /**
             * Share
             * @description Share of the requests without a version that it answers.
             */
            share: number;
            /**
             * Sha256
             * @description SHA-256 of the weights file.
             */
            sha256: string;
        };
        /**
         * ModelVersionList
         * @description The versions of a model, the default one first.
         */
        ModelVersionList: {
            /** Name */
            name: string;
            /** Versions */
            versions: components["schemas"]["ModelVersionInfo"][];
        };
        /**
         * ModelsInUse
         * @description The models after a change, with their versions.
         */
        ModelsInUse: {
            /**
             * Default
             * @description Name of the model that is used when a request names none.
             */
            default: string;
            /** Models */
            models: components["schemas"]["ModelVersionList"][];
        };
        /**
         * MontageBody
         * @description Small pictures of slices side by side, row by row.
         */
        MontageBody: {
            /**
             * Image
             * @description A PNG as a data URL.
             */
            image: string;
            /**
             * Columns
             * @description Number of slices in a row.
             */
            columns: number;
            /**
             * Side
             * @description Pixels of a slice, across and down.
             */
            side: number;
            /**
             * Slices
             * @description Indices in `slices`, in the order of the pictures.
             */
            slices: number[];
        };
        /**
         * MriSequence
         * @description Weighting of an MRI sequence.
         * @enum {string}
         */
        MriSequence: "T1" | "T1C" | "T2" | "FLAIR" | "other";
        /**
         * NewKey
         * @description A new key.
         */
        NewKey: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /** Scopes */
            scopes: components["schemas"]["Scope"][];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Expires At */
            expires_at: string | null;
            /**
             * Used At
             * @description Time of the last use, accurate to a minute.
             */
            used_at: string | null;
            /**
             * Key
             * @description The key itself. It is shown only once.
             */
            key: string;
        };
        /**
         * Opinion
         * @description A model's prediction for a scan.
         */
        Opinion: {
            /** @description Predicted class. */
            class: components["schemas"]["TumorClass"];
            /**
             * Confidence
             * @description Its calibrated probability.
             */
            confidence: number;
        };
        /**
         * OriginalProtocol
         * @description Accuracy by the protocol of the original research: on a random, stratified half of the test images.
         *
         *     The exact half cannot be reproduced: the order in which its files were listed is unknown.
         */
        OriginalProtocol: {
            /**
             * Images
             * @description Number of images in a half.
             */
            images: number;
            /**
             * Published
             * @description Accuracy that the original research reported for its network.
             */
            published: number;
            /**
             * Halves
             * @description Number of random halves.
             */
            halves: number;
            /** Mean */
            mean: number;
            /**
             * Low
             * @description 2.5th percentile over the halves.
             */
            low: number;
            /**
             * High
             * @description 97.5th percentile over the halves.
             */
            high: number;
        };
        /**
         * OtherSource
         * @description Tumors of unrecorded type, from the source of most 'no tumor' images.
         */
        OtherSource: {
            /** Images */
            images: number;
            /** @description Images that are classified as one of the three tumors. */
            found: components["schemas"]["Proportion"];
            /**
             * Called
             * @description Number of images predicted as each class.
             */
            called: {
                [key: string]: number;
            };
        };
        /**
         * OutputSize
         * @description Parameters of an output in binary form.
         */
        OutputSize: {
            /**
             * Binary Data Size
             * @description Number of bytes of the tensor, after the JSON document.
             */
            binary_data_size: number;
        };
        /**
         * OutputTensor
         * @description An output.
         */
        OutputTensor: {
            /** Name */
            name: string;
            /** Shape */
            shape: number[];
            /**
             * Datatype
             * @enum {string}
             */
            datatype: "BYTES" | "FP32";
            parameters?: components["schemas"]["OutputSize"] | null;
            /**
             * Data
             * @description The elements in row-major order; absent if the tensor is in binary form.
             */
            data?: number[] | string[] | null;
        };
        /**
         * Paper
         * @description Page sizes.
         * @enum {string}
         */
        Paper: "a4" | "letter";
        /**
         * PartMetrics
         * @description Measures of a part of the images.
         */
        PartMetrics: {
            /**
             * Images
             * @description Number of images.
             */
            images: number;
            /**
             * Accuracy
             * @description Share of the images that are classified correctly.
             */
            accuracy: number;
        };
        /**
         * PartReport
         * @description Measures of a part of the test images.
         */
        PartReport: {
            /** Images */
            images: number;
            accuracy: components["schemas"]["Proportion"];
            /** @description Tumors that are classified as 'no tumor', of all tumors. */
            missed_tumors: components["schemas"]["Proportion"];
            /** Macro F1 */
            macro_f1: number;
            /**
             * Confusion
             * @description Rows: true class; columns: predicted class; in the order of the model.
             */
            confusion: number[][];
            /** Per Class */
            per_class: {
                [key: string]: components["schemas"]["ClassReport"];
            };
            /** @description At temperature 1. */
            uncalibrated: components["schemas"]["Calibration"];
            calibrated: components["schemas"]["Calibration"];
            /** Risk Coverage */
            risk_coverage: components["schemas"]["RiskAtCoverage"][];
        };
        /**
         * PasswordChange
         * @description A new password to replace the current one.
         */
        PasswordChange: {
            /**
             * Password
             * Format: password
             * @description The current password.
             */
            password: string;
            /**
             * New Password
             * Format: password
             * @description The password. Common passwords are not allowed.
             */
            new_password: string;
            /**
             * Revoke Keys
             * @description Whether to revoke all keys of the account, too.
             * @default false
             */
            revoke_keys: boolean;
        };
        /**
         * PasswordGiven
         * @description The password again, for changes that an unattended browser must not allow.
         */
        PasswordGiven: {
            /**
             * Password
             * Format: password
             * @description The current password.
             */
            password: string;
        };
        /**
         * PasswordReset
         * @description A new password, set with a link.
         */
        PasswordReset: {
            /**
             * Token
             * Format: password
             * @description The part of a link after `=`.
             */
            token: string;
            /**
             * Password
             * Format: password
             * @description The password. Common passwords are not allowed.
             */
            password: string;
            /**
             * Revoke Keys
             * @description Whether to revoke all keys of the account, too.
             * @default true
             */
            revoke_keys: boolean;
        };
        /**
         * PatientIntervals
         * @description Intervals that take into account that scans of one patient are alike.
         */
        PatientIntervals: {
            /**
             * Patients
             * @description Number of patients; a scan without a patient counts as one.
             */
            patients: number;
            /** Resamples */
            resamples: number;
            accuracy: components["schemas"]["Interval"];
            /** @description Null if no scan shows a tumor. */
            missed_tumors: components["schemas"]["Interval"] | null;
            /** Per Class */
            per_class: {
                [key: string]: components["schemas"]["ClassIntervals"];
            };
            nll: components["schemas"]["Interval"];
            brier: components["schemas"]["Interval"];
            ece: components["schemas"]["Interval"];
        };
        /**
         * PatientsMeasurement
         * @description Results where every patient counts the same, however many slices there are of it.
         */
        PatientsMeasurement: {
            /** Patients */
            patients: number;
            /** Accuracy */
            accuracy: number;
            /**
             * Answered
             * @description Share of the slices whose decision is `answer`.
             */
            answered: number;
            /**
             * Accuracy Of Answers
             * @description Accuracy on the answered slices; 0 if none is answered.
             */
            accuracy_of_answers: number;
        };
        /**
         * Peer
         * @description Another published classifier on the same images.
         */
        Peer: {
            /** Name */
            name: string;
            /** Version */
            version: string;
            /** Description */
            description: string;
            accuracy: components["schemas"]["Proportion"];
            accuracy_without_copies: components["schemas"]["Proportion"];
            missed_tumors: components["schemas"]["Proportion"];
            other_source_found: components["schemas"]["Proportion"] | null;
        };
        /**
         * Performance
         * @description Performance of a model on confirmed cases.
         */
        Performance: {
            /** Cases */
            cases: number;
            /**
             * Named
             * @description Cases whose reader named the class; in the others the reader agreed with the prediction.
             */
            named: number;
            /** @description Correct predictions. */
            accuracy: components["schemas"]["Proportion"];
            /** @description Expected calibration error, 15 bins, with a bootstrap interval. Biased upwards for few cases. */
            calibration_error: components["schemas"]["Estimate"];
            /**
             * Coverage
             * @description Of the predictions that have conformal prediction sets.
             */
            coverage: components["schemas"]["ConfirmedSetCoverage"][];
        };
        /**
         * Period
         * @description Length of the periods that statistics over time are grouped by.
         * @enum {string}
         */
        Period: "week" | "month";
        /**
         * PeriodPerformance
         * @description Performance of one model version in one period.
         */
        PeriodPerformance: {
            model: components["schemas"]["ModelRef"];
            performance: components["schemas"]["Performance"];
            /**
             * Begin
             * Format: date
             * @description First day of the period, UTC.
             */
            begin: string;
        };
        /**
         * PictureSize
         * @description Size of a stored picture.
         * @enum {string}
         */
        PictureSize: "full" | "thumbnail";
        /**
         * Plane
         * @description Orientation of a slice.
         * @enum {string}
         */
        Plane: "axial" | "coronal" | "sagittal";
        /**
         * PlaneBody
         * @description The plane that a slice looks like.
         */
        PlaneBody: {
            id: components["schemas"]["Plane"];
            /**
             * Label
             * @description Name for people.
             */
            label: string;
            /** Probability */
            probability: number;
        };
        /**
         * PredictedClass
         * @description The most probable class.
         */
        PredictedClass: {
            class: components["schemas"]["TumorClass"];
            /** Label */
            label: string;
            /**
             * Confidence
             * @description Calibrated probability of the class.
             */
            confidence: number;
        };
        /**
         * PredictionResponse
         * @description The result for one scan.
         */
        PredictionResponse: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            model: components["schemas"]["ModelRef"];
            /** @description The most probable class; null for `other` and `outside`. */
            prediction: components["schemas"]["PredictedClass"] | null;
            /**
             * Probabilities
             * @description In the order of the model's outputs; they sum to 1.
             */
            probabilities: components["schemas"]["ClassProbability"][];
            /** @description `answer`: the network answers with the predicted class; `uncertain`: a person must read the slice; `other`: the slice shows something that is none of the classes, such as another tumor or a lesion, so no class is named; `outside`: the image is out-of-distribution, so no class is named, and `probabilities` have no meaning. */
            decision: components["schemas"]["Decision"];
            /**
             * In Distribution
             * @description Whether the image looks like the brain MRIs of the training set; null if unknown.
             */
            in_distribution: boolean | null;
            /** @description The score behind `in_distribution`; null if that is null. */
            gate: components["schemas"]["GateBody"] | null;
            /** @description The set that the decision is based on; null if no thresholds were fitted to the weights, and if `decision` is `other` or `outside`. */
            prediction_set: components["schemas"]["PredictionSetBody"] | null;
            /**
             * Prediction Sets
             * @description In order of increasing coverage; empty if `prediction_set` is null.
             */
            prediction_sets: components["schemas"]["PredictionSetBody"][];
            /** @description Null if the request has `heatmap=none`, and if `decision` is `outside`. */
            heatmap: components["schemas"]["HeatmapBody"] | null;
            explanation: components["schemas"]["ExplanationBody"];
            image: components["schemas"]["ImageInfo"];
            /** @description Null for a model that recognises neither sequence nor plane, and if `decision` is `outside`. */
            acquisition: components["schemas"]["AcquisitionBody"] | null;
            /** @description Null if the request has one view, and if `decision` is `other` or `outside`. */
            agreement: components["schemas"]["AgreementBody"] | null;
            /**
             * Quality
             * @description Image quality; each measure that is not ok has a warning, unless the decision is `outside`.
             */
            quality: components["schemas"]["QualityBody"][];
            /** @description The result in words. */
            display: components["schemas"]["Display"];
            timing_ms: components["schemas"]["TimingBody"];
            /** Warnings */
            warnings: components["schemas"]["WarningBody"][];
            /**
             * Disclaimer
             * @default Research software that supports reading a scan. It is not a medical device, gives no diagnosis and never replaces a physician; its answer can be wrong.
             */
            disclaimer: string;
            /**
             * Created At
             * Format: date-time
             * @description UTC.
             */
            created_at: string;
        };
        /**
         * PredictionSetBody
         * @description The classes that cannot be excluded at a given coverage (conformal prediction).
         */
        PredictionSetBody: {
            /**
             * Coverage
             * @description Share of the scans of each class whose set contains the true class.
             */
            coverage: number;
            /**
             * Classes
             * @description From most to least probable.
             */
            classes: components["schemas"]["TumorClass"][];
        };
        /**
         * PredictionSource
         * @description The kind of request that made a prediction.
         * @enum {string}
         */
        PredictionSource: "upload" | "sample" | "batch" | "report";
        /**
         * ProblemBody
         * @description An error according to RFC 9457, with what helps to correct the request.
         */
        ProblemBody: {
            /**
             * Type
             * @description Stable identifier of the type of error.
             */
            type: string;
            /**
             * Title
             * @description The type of error, in words.
             */
            title: string;
            /**
             * Status
             * @description The HTTP status.
             */
            status: number;
            /**
             * Detail
             * @description What was wrong with this request, and how to correct it.
             */
            detail: string;
            /**
             * Instance
             * @description The requested path.
             */
            instance: string;
            /**
             * Request Id
             * @description The response's X-Request-ID; quote it in a support request.
             */
            request_id: string;
            /**
             * Accepted
             * @description The accepted values.
             */
            accepted?: string[] | null;
            /**
             * Limit
             * @description The limit that was exceeded.
             */
            limit?: number | null;
            /**
             * Score
             * @description The value that exceeded the limit, if it was measured on the image.
             */
            score?: number | null;
            /**
             * Errors
             * @description Every fault, if there can be several.
             */
            errors?: components["schemas"]["FieldFault"][] | null;
        };
        /**
         * Proportion
         * @description A share with its 95 % interval (Wilson 1927).
         */
        Proportion: {
            /**
             * Count
             * @description Number out of `total`.
             */
            count: number;
            /** Total */
            total: number;
            /**
             * Value
             * @description count / total; null where total is 0.
             */
            value: number | null;
            /**
             * Low
             * @description Lower end of the Wilson 95 % interval.
             */
            low: number;
            /**
             * High
             * @description Upper end of the Wilson 95 % interval.
             */
            high: number;
        };
        /**
         * QualityBody
         * @description One measure of image quality.
         */
        QualityBody: {
            /**
             * Name
             * @description Stable identifier; also the code of the warning.
             */
            name: string;
            /**
             * Value
             * @description Measured value.
             */
            value: number;
            /**
             * Bound
             * @description Limit of the good range; nearly all training images are within it.
             */
            bound: number;
            /**
             * Ok
             * @description Whether the value is within the bound.
             */
            ok: boolean;
        };
        /**
         * Readiness
         * @description State of a service that answers predictions.
         */
        Readiness: {
            /**
             * Status
             * @constant
             */
            status: "ready";
            /**
             * Database
             * @description Whether the database answers; null for a service without one.
             */
            database: ("available" | "unavailable") | null;
        };
        /**
         * RecordBody
         * @description A record of the history.
         */
        RecordBody: {
            /**
             * Id
             * Format: uuid
             * @description The id in the prediction's response.
             */
            id: string;
            /** @description The kind of request that made the prediction. */
            source: components["schemas"]["PredictionSource"];
            model: components["schemas"]["ModelRef"];
            /** @description The most probable class; null for `other` and `outside`. */
            prediction: components["schemas"]["PredictedClass"] | null;
            /**
             * Probabilities
             * @description In the model's order; they sum to 1.
             */
            probabilities: components["schemas"]["ClassProbability"][];
            /** @description Null in records that are older than decisions. */
            decision?: components["schemas"]["Decision"] | null;
            /**
             * In Distribution
             * @description Whether the image resembles the brain MRIs that the model was trained on; null if unknown.
             */
            in_distribution?: boolean | null;
            /** @description The score and threshold behind `in_distribution`; null if that is null. */
            gate?: components["schemas"]["GateBody"] | null;
            /** @description The conformal prediction set of the decision; null if unknown, and if `decision` is `other` or `outside`. */
            prediction_set?: components["schemas"]["PredictionSetBody"] | null;
            /**
             * Prediction Sets
             * @description In increasing order of coverage.
             * @default []
             */
            prediction_sets: components["schemas"]["PredictionSetBody"][];
            /** @description Null if none was requested, and if `decision` is `outside`. */
            heatmap: components["schemas"]["StoredHeatmap"] | null;
            image: components["schemas"]["ImageInfo"];
            /** @description Sequence and plane; null if unknown, and if `decision` is `outside`. */
            acquisition?: components["schemas"]["AcquisitionBody"] | null;
            timing_ms: components["schemas"]["TimingBody"];
            /** Warnings */
            warnings: components["schemas"]["WarningBody"][];
            /**
             * Comparisons
             * @description Predictions of other models that were compared.
             */
            comparisons: components["schemas"]["ComparisonBody"][];
            /**
             * Created At
             * Format: date-time
             * @description Time of the latest prediction, UTC.
             */
            created_at: string;
            /**
             * Label
             * @description The reader's own label.
             */
            label: string | null;
            /**
             * Note
             * @description The reader's own note.
             */
            note: string | null;
            /** @description The reader's feedback; null if there is none. */
            feedback: components["schemas"]["FeedbackBody"] | null;
            /** @description The result in words. */
            display: components["schemas"]["Display"];
            /**
             * Picture
             * @description Path of the picture on this server; null if no picture was stored.
             */
            picture: string | null;
            /**
             * Overlay
             * @description Path of the picture with its heat-map; null outside, without a stored heat-map, and for weights of another version.
             */
            overlay: string | null;
            /**
             * Heatmap Methods
             * @description What `method` accepts; empty without `overlay`.
             */
            heatmap_methods: components["schemas"]["HeatmapMethod"][];
            /**
             * Report
             * @description Path of the report on this server.
             */
            report: string;
        };
        /**
         * RecordChange
         * @description New values of a record's label and note; a field that is absent stays unchanged, null removes it.
         */
        RecordChange: {
            /**
             * Label
             * @description A short name of your own. It is stored unencrypted: do not identify the patient.
             */
            label?: string | null;
            /**
             * Note
             * @description A note of your own. It is stored unencrypted: do not identify the patient.
             */
            note?: string | null;
        };
        /**
         * RecordPage
         * @description A page of the history, newest first.
         */
        RecordPage: {
            /** Records */
            records: components["schemas"]["RecordBody"][];
            /**
             * Next
             * @description Cursor of the next page; null on the last page.
             */
            next: string | null;
        };
        /**
         * RecoveryCodes
         * @description One-time codes that replace the second factor. They are shown only once.
         */
        RecoveryCodes: {
            /** Recovery Codes */
            recovery_codes: string[];
        };
        /**
         * ReferenceFacts
         * @description The model and data that a drift reference was made from.
         */
        ReferenceFacts: {
            /**
             * Model
             * @description Name of the model.
             */
            model: string;
            /**
             * Version
             * @description Version of its weights.
             */
            version: string;
            /**
             * Weights Sha256
             * @description SHA-256 of the weights that it belongs to.
             */
            weights_sha256: string;
            /**
             * Images
             * @description Number of validation images that answers are compared with.
             */
            images: number;
            /**
             * Dataset
             * @description Data set of the validation images.
             */
            dataset: string;
            /**
             * Made On
             * Format: date
             * @description Date on which the reference was made.
             */
            made_on: string;
        };
        /**
         * ReliabilityBin
         * @description Predictions in one bin of confidence.
         */
        ReliabilityBin: {
            /** Low */
            low: number;
            /** High */
            high: number;
            /** Images */
            images: number;
            /**
             * Confidence
             * @description Mean confidence; null where the bin is empty.
             */
            confidence: number | null;
            /**
             * Accuracy
             * @description Null where the bin is empty.
             */
            accuracy: number | null;
        };
        /**
         * ResetRequest
         * @description The account whose password was forgotten.
         */
        ResetRequest: {
            /**
             * Email
             * @description An e-mail address.
             * @example reader@example.org
             */
            email: string;
        };
        /**
         * ResponseParameters
         * @description Parameters of a response.
         */
        ResponseParameters: {
            /** Disclaimer */
            disclaimer: string;
        };
        /**
         * RiskAtCoverage
         * @description Error rate among the most confident predictions.
         */
        RiskAtCoverage: {
            /** Coverage */
            coverage: number;
            /**
             * Risk
             * @description Share of these predictions that are wrong.
             */
            risk: number;
        };
        /**
         * SampleInfo
         * @description A sample image.
         */
        SampleInfo: {
            /** Name */
            name: string;
            /** @description Class in the data set. */
            class: components["schemas"]["TumorClass"];
            /** Label */
            label: string;
            /**
             * Width
             * @description Pixels.
             */
            width: number;
            /**
             * Height
             * @description Pixels.
             */
            height: number;
            /**
             * Bytes
             * @description Size of the file.
             */
            bytes: number;
            /**
             * Url
             * @description Path of the image on this service.
             */
            url: string;
        };
        /**
         * SampleList
         * @description The sample images.
         */
        SampleList: {
            /** Samples */
            samples: components["schemas"]["SampleInfo"][];
        };
        /**
         * Scope
         * @description A permission.
         * @enum {string}
         */
        Scope: "predict" | "read" | "admin";
        /**
         * SecondFactorBegun
         * @description A secret for an authenticator app.
         */
        SecondFactorBegun: {
            /** Secret */
            secret: string;
            /**
             * Uri
             * @description The secret as an `otpauth://` URI, the content of the QR code.
             */
            uri: string;
            /**
             * Qr Code
             * @description The QR code, as a data URL of an SVG.
             */
            qr_code: string;
        };
        /**
         * Selection
         * @description The share of predictions that are confirmed, and bounds on the accuracy of all of them.
         */
        Selection: {
            /**
             * Answers
             * @description All predictions with a class in the selected time, samples included.
             */
            answers: number;
            /**
             * Confirmed
             * @description Confirmed predictions.
             */
            confirmed: number;
            /**
             * Lowest
             * @description Accuracy over all predictions if every unconfirmed one were wrong.
             */
            lowest: number | null;
            /**
             * Highest
             * @description Accuracy over all predictions if every unconfirmed one were correct.
             */
            highest: number | null;
            /**
             * Caution
             * @description Limits of these figures.
             */
            caution: string;
        };
        /**
         * SequenceBody
         * @description The sequence that a slice looks like.
         */
        SequenceBody: {
            id: components["schemas"]["MriSequence"];
            /**
             * Label
             * @description Name for people, as in `T1 with contrast`.
             */
            label: string;
            /** Probability */
            probability: number;
        };
        /**
         * SeriesPicturesBody
         * @description Pictures of a series.
         */
        SeriesPicturesBody: {
            /** @description Of at most 40 of its slices, at even distances. */
            montage: components["schemas"]["MontageBody"];
            /**
             * Deciding
             * @description At most four of the deciding slices, those that most probably show a tumor.
             */
            deciding: components["schemas"]["DecidingPictureBody"][];
        };
        /**
         * ServerLiveness
         * @description State of the process.
         */
        ServerLiveness: {
            /**
             * Live
             * @constant
             */
            live: true;
        };
        /**
         * ServerMetadata
         * @description The server.
         */
        ServerMetadata: {
            /** Name */
            name: string;
            /**
             * Version
             * @description Version of the service.
             */
            version: string;
            /**
             * Extensions
             * @description The extensions of the protocol that it has.
             */
            extensions: string[];
        };
        /**
         * ServerReadiness
         * @description State of a service that answers predictions.
         */
        ServerReadiness: {
            /**
             * Ready
             * @constant
             */
            ready: true;
        };
        /**
         * SessionBody
         * @description The current session.
         */
        SessionBody: {
            /**
             * Complete
             * @description False until the second factor is shown.
             */
            complete: boolean;
            /** @description The session's account; null while the session is incomplete. */
            account: components["schemas"]["AccountBody"] | null;
            /**
             * Scopes
             * @description Permissions of the session.
             */
            scopes: components["schemas"]["Scope"][];
            /**
             * Second Factor Needed
             * @description True if the account must set up a second factor first: to do anything but manage itself if `scopes` is empty, otherwise to administer.
             */
            second_factor_needed: boolean;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /**
         * SessionInfo
         * @description A session in a list.
         */
        SessionInfo: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Current
             * @description Whether it is the session of this request.
             */
            current: boolean;
            /**
             * Address
             * @description Network address that began the session.
             */
            address: string;
            /**
             * User Agent
             * @description `User-Agent` of the browser that began the session.
             */
            user_agent: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Used At
             * Format: date-time
             * @description Time of the last use, accurate to a minute.
             */
            used_at: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /**
         * SessionList
         * @description Sessions of the caller's account.
         */
        SessionList: {
            /** Sessions */
            sessions: components["schemas"]["SessionInfo"][];
        };
        /**
         * SetCoverage
         * @description Prediction sets of one nominal coverage, on these scans.
         */
        SetCoverage: {
            /**
             * Coverage
             * @description Nominal coverage of each class.
             */
            coverage: number;
            /** @description Scans whose set contains their class. */
            covered: components["schemas"]["Proportion"];
            /** Per Class */
            per_class: {
                [key: string]: components["schemas"]["Proportion"];
            };
            /**
             * Mean Size
             * @description Mean number of classes in a set.
             */
            mean_size: number;
        };
        /**
         * SetSpec
         * @description Conformal prediction sets with one coverage.
         */
        SetSpec: {
            /**
             * Coverage
             * @description Probability, for each class, that the set of a scan contains its class.
             */
            coverage: number;
            /**
             * Thresholds
             * @description A class belongs to the set if its nonconformity score is at most its threshold.
             */
            thresholds: {
                [key: string]: number;
            };
        };
        /**
         * ShadowOverview
         * @description State of the shadow model and its comparison with the serving model.
         */
        ShadowOverview: {
            /**
             * Model
             * @description Name of the shadow model; null if none is set.
             */
            model: string | null;
            /**
             * Version
             * @description Its version; null for the default version of that model.
             */
            version: string | null;
            /**
             * Share
             * @description Share of the answers that the shadow model classifies too.
             */
            share: number;
            /**
             * Waiting
             * @description Scans waiting for the shadow model in this process.
             */
            waiting: number;
            /**
             * Dropped
             * @description Scans dropped because the shadow's queue was full.
             */
            dropped: number;
            /** Pairs */
            pairs: components["schemas"]["ShadowPair"][];
            /**
             * Disagreements
             * @description Newest first.
             */
            disagreements: components["schemas"]["Disagreement"][];
        };
        /**
         * ShadowPair
         * @description A serving model and its shadow.
         */
        ShadowPair: {
            served: components["schemas"]["ModelRef"];
            shadow: components["schemas"]["ModelRef"];
            /** @description Share of scans with different predictions. */
            disagreement: components["schemas"]["Proportion"];
            /**
             * Classes
             * @description Counts of predicted pairs.
             */
            classes: components["schemas"]["ClassPair"][];
        };
        /**
         * SignInRequest
         * @description E-mail address and password.
         */
        SignInRequest: {
            /**
             * Email
             * @description E-mail address of the account.
             */
            email: string;
            /**
             * Password
             * Format: password
             * @description The current password.
             */
            password: string;
        };
        /**
         * SignUpRequest
         * @description A new account.
         */
        SignUpRequest: {
            /**
             * Email
             * @description An e-mail address.
             * @example reader@example.org
             */
            email: string;
            /**
             * Password
             * Format: password
             * @description The password. Common passwords are not allowed.
             */
            password: string;
            /**
             * Token
             * @description Token of a setup link or an invitation.
             */
            token?: string | null;
        };
        /**
         * SiteFile
         * @description The file that `python -m app evaluate FOLDER --fit FILE` writes, for the setting `SITE_FILE`.
         */
        SiteFile: {
            /**
             * Model
             * @description Name of the model.
             */
            model: string;
            /**
             * Sha256
             * @description SHA-256 of the weights file that it was fitted to.
             */
            sha256: string;
            /**
             * Fitted On
             * Format: date
             * @description Date of the fit, UTC.
             */
            fitted_on: string;
            /**
             * Scans
             * @description Number of scans of each class that it was fitted to.
             */
            scans: {
                [key: string]: number;
            };
            /**
             * Patients
             * @description Number of patients; null where unknown.
             */
            patients: number | null;
            /**
             * Temperature
             * @description Divisor of the logits before the softmax.
             */
            temperature: number;
            /** @description Null for a model without thresholds. */
            thresholds: components["schemas"]["SiteThresholds"] | null;
        };
        /**
         * SiteFit
         * @description A fit to a site's scans, with its measures on other scans.
         *
         *     The measures are cross-fitted: each part of the scans is measured with a fit to the other parts. All scans of a
         *     patient are in the same part. The file itself is fitted to all scans.
         */
        SiteFit: {
            /** Folds */
            folds: number;
            /**
             * Temperature Kept
             * @description Why the temperature is that of the model; null where it was fitted.
             */
            temperature_kept: string | null;
            /** @description Cross-fitted, except its temperature, which is that of the file. */
            calibration: components["schemas"]["Calibration"];
            /**
             * Sets
             * @description Cross-fitted; none for a model without thresholds.
             */
            sets: components["schemas"]["FittedCoverage"][];
            /**
             * Answered
             * @description Share of the scans with the decision `answer`, cross-fitted; null for a model without thresholds.
             */
            answered: number | null;
            /**
             * Right Where Answered
             * @description Accuracy on those scans.
             */
            right_where_answered: number | null;
            /**
             * Outside
             * @description Share of the scans that the fitted gate rejects; null without a gate.
             */
            outside: number | null;
            /** @description Content of a file for `SITE_FILE`. */
            file: components["schemas"]["SiteFile"];
        };
        /**
         * SiteThresholds
         * @description Thresholds that replace those of a model.
         */
        SiteThresholds: {
            /**
             * Gate Threshold
             * @description Images with a higher score are outside. Null for the model's own threshold.
             */
            gate_threshold: number | null;
            /**
             * Gate Sha256
             * @description SHA-256 of the gate's statistics file.
             */
            gate_sha256: string;
            /**
             * Heads Sha256
             * @description SHA-256 of the heads' file; null for a model without heads.
             */
            heads_sha256?: string | null;
            /**
             * Sets
             * @description In the order of increasing coverage.
             */
            sets: components["schemas"]["SetSpec"][];
            /**
             * Min Confidence
             * @description Answers with a lower confidence are uncertain.
             */
            min_confidence: number;
        };
        /**
         * StoredHeatmap
         * @description A heat-map without its image.
         */
        StoredHeatmap: {
            method: components["schemas"]["HeatmapMethod"];
            /**
             * Layer
             * @description Name of the feature map.
             */
            layer: string;
            /** @description The class that the heat-map explains; null for `place`. */
            target: components["schemas"]["TumorClass"] | null;
            /** @description Null if the heat-map points to no place. */
            focus: components["schemas"]["FocusBody"] | null;
        };
        /**
         * StudyObject
         * @description What can be written into a study as DICOM objects.
         *
         *     `sr`: the result as a structured report; `pdf`: the result as a document; `heatmaps`: the heat-maps, as a
         *     segmentation and as pictures in colour.
         * @enum {string}
         */
        StudyObject: "sr" | "pdf" | "heatmaps";
        /**
         * StudyResponse
         * @description The result for a study.
         */
        StudyResponse: {
            model: components["schemas"]["ModelRef"];
            conclusion: components["schemas"]["ConclusionBody"];
            /**
             * Series
             * @description In the order of their numbers; those that are not used as well.
             */
            series: components["schemas"]["StudySeriesBody"][];
            /** Left Out */
            left_out: components["schemas"]["UnreadFileBody"][];
            /** Warnings */
            warnings: components["schemas"]["WarningBody"][];
            /** @description Null for a study that the request contained. */
            fetched?: components["schemas"]["FetchedBody"] | null;
            /**
             * Disclaimer
             * @default Research software that supports reading a scan. It is not a medical device, gives no diagnosis and never replaces a physician; its answer can be wrong.
             */
            disclaimer: string;
            /**
             * Created At
             * Format: date-time
             * @description UTC.
             */
            created_at: string;
        };
        /**
         * StudySeriesBody
         * @description A series of a study.
         */
        StudySeriesBody: {
            /**
             * Number
             * @description Number that the scanner gave it; null if unknown.
             */
            number: number | null;
            /** @description From the header, or where it is silent, as the network recognises it; null if neither tells. */
            sequence: components["schemas"]["MriSequence"] | null;
            /** @description From the header, or where it is silent, as the network recognises it; null if neither tells. */
            plane: components["schemas"]["Plane"] | null;
            /** @description Sequence and plane, as the network recognises them on the slices that are used; null for a model that recognises neither, and if no slice is used. */
            acquisition: components["schemas"]["AcquisitionBody"] | null;
            /**
             * Orientation
             * @description How the pictures are turned, in words; null if unknown.
             */
            orientation: string | null;
            /**
             * Columns
             * @description Pixels of a slice, across.
             */
            columns: number;
            /**
             * Rows
             * @description Pixels of a slice, down.
             */
            rows: number;
            /**
             * Spacing Mm
             * @description Distance of rows and of columns; null if unknown.
             */
            spacing_mm: number[] | null;
            /**
             * Slice Distance Mm
             * @description Distance of neighbouring slices; null if unknown.
             */
            slice_distance_mm: number | null;
            /**
             * Files
             * @description Number of its files.
             */
            files: number;
            /**
             * Frames
             * @description Number of its pictures.
             */
            frames: number;
            /**
             * Used
             * @description Whether it is part of the study's result.
             */
            used: boolean;
            /**
             * Reasons
             * @description Why it is not used; empty if it is.
             */
            reasons: components["schemas"]["WarningBody"][];
            conclusion: components["schemas"]["ConclusionBody"];
            /** Warnings */
            warnings: components["schemas"]["WarningBody"][];
            /** @description Null unless `pictures` was requested, and if the series is not used. */
            pictures: components["schemas"]["SeriesPicturesBody"] | null;
            /**
             * Slices
             * @description In the order of their positions; empty if none was read.
             */
            slices: components["schemas"]["StudySliceBody"][];
        };
        /**
         * StudySliceBody
         * @description A slice of a series.
         */
        StudySliceBody: {
            /**
             * File
             * @description Name of its file as sent; in a ZIP archive its path.
             */
            file: string;
            /**
             * Frame
             * @description Position, from 0, in its file.
             */
            frame: number;
            /**
             * Position Mm
             * @description Height of the slice along the normal of the series, in millimetres; null if unknown.
             */
            position_mm: number | null;
            /**
             * Used
             * @description Whether the slice was classified and may decide.
             */
            used: boolean;
            /**
             * Deciding
             * @description Whether the result of the series was computed from it.
             */
            deciding: boolean;
            /** @description Why the slice is not used; null if it is. */
            reason: components["schemas"]["WarningBody"] | null;
            /** @description Decision on this slice; null if it was not classified. */
            decision: components["schemas"]["Decision"] | null;
            /** @description Sequence and plane, as the network recognises them; null for a model that recognises neither, and if the slice was not classified. */
            acquisition: components["schemas"]["AcquisitionBody"] | null;
            /**
             * Probabilities
             * @description Null if the slice was not classified.
             */
            probabilities: components["schemas"]["ClassProbability"][] | null;
            /** @description Out-of-distribution score; null if unknown. */
            gate: components["schemas"]["GateBody"] | null;
        };
        /**
         * TensorSpec
         * @description An input or output of a model.
         */
        TensorSpec: {
            /** Name */
            name: string;
            /**
             * Datatype
             * @enum {string}
             */
            datatype: "BYTES" | "FP32";
            /**
             * Shape
             * @description The size of each dimension; -1 for one that varies.
             */
            shape: number[];
        };
        /**
         * TestSetReport
         * @description All measures of a model on the test images.
         */
        TestSetReport: {
            /** Model */
            model: string;
            /** Version */
            version: string;
            /**
             * Sha256
             * @description SHA-256 of the weights file.
             */
            sha256: string;
            /**
             * Evaluated On
             * Format: date
             */
            evaluated_on: string;
            /** Dataset */
            dataset: string;
            /** @description All images of the official test set. */
            test: components["schemas"]["PartReport"];
            /** @description Images without a copy, mirrored or not, in the training set. */
            without_copies: components["schemas"]["PartReport"];
            /** @description Images whose label is not known to be wrong or doubtful. */
            undisputed: components["schemas"]["PartReport"];
            /**
             * Disputed
             * @description Predicted classes of the other images; `test` counts their labels as correct.
             */
            disputed: {
                [key: string]: number;
            };
            /**
             * Origins
             * @description Accuracy by the prefix of the file names, which identifies a source.
             */
            origins: {
                [key: string]: components["schemas"]["Proportion"];
            };
            /** @description Null where no such images were measured. */
            other_source: components["schemas"]["OtherSource"] | null;
            /** Corruptions */
            corruptions: components["schemas"]["CorruptionReport"][];
            /**
             * Corruption Mean
             * @description Mean accuracy over the corruptions; null where none were measured.
             */
            corruption_mean: number | null;
            /** @description Measured on some tumors of the test set; null where not measured. */
            heatmaps: components["schemas"]["HeatmapChecks"] | null;
            original_protocol: components["schemas"]["OriginalProtocol"];
            /** Peers */
            peers: components["schemas"]["Peer"][];
            /**
             * Mistakes
             * @description All misclassified test images, in the order of decreasing confidence.
             */
            mistakes: components["schemas"]["Mistake"][];
        };
        /**
         * TimingBody
         * @description Duration of each step in milliseconds.
         */
        TimingBody: {
            /**
             * Wait
             * @description Waiting for a free worker.
             */
            wait: number;
            /**
             * Read
             * @description Decoding and resizing the image.
             */
            read: number;
            /**
             * Forward
             * @description Forward pass of the network.
             */
            forward: number;
            /**
             * Heatmap
             * @description Grad-CAM and overlay.
             */
            heatmap: number;
            /** Explanation */
            explanation: number;
            /**
             * Total
             * @description From the end of the upload to the response.
             */
            total: number;
        };
        /**
         * Trusted
         * @description Decisions, prediction sets and gate, measured on these scans.
         */
        Trusted: {
            /** @description Scans that the gate rejects as not a brain MRI; null without a gate. */
            outside: components["schemas"]["Proportion"] | null;
            /**
             * Decisions
             * @description Scans with each decision.
             */
            decisions: {
                [key: string]: components["schemas"]["Proportion"];
            };
            /** @description Accuracy of the scans with the decision `answer`. */
            right_where_answered: components["schemas"]["Proportion"];
            /** Sets */
            sets: components["schemas"]["SetCoverage"][];
            /**
             * By Sequence
             * @description Empty for a model that does not recognise sequences.
             */
            by_sequence: components["schemas"]["AcquiredPart"][];
            /**
             * By Plane
             * @description Empty for a model that does not recognise planes.
             */
            by_plane: components["schemas"]["AcquiredPart"][];
            /**
             * Others
             * @description Decisions on the scans labelled `other`, which count nowhere else; null if there are none.
             */
            others: {
                [key: string]: components["schemas"]["Proportion"];
            } | null;
        };
        /**
         * TumorClass
         * @description Identifiers of the classes, in the order of the network's logits.
         * @enum {string}
         */
        TumorClass: "glioma" | "meningioma" | "notumor" | "pituitary";
        /**
         * UnreadFileBody
         * @description A file that belongs to no series.
         */
        UnreadFileBody: {
            /**
             * File
             * @description Name of the file as sent; in a ZIP archive its path.
             */
            file: string;
            /** Reasons */
            reasons: components["schemas"]["WarningBody"][];
        };
        /**
         * UploadLimits
         * @description The limits on requests.
         */
        UploadLimits: {
            /**
             * Upload Bytes
             * @description Largest image file.
             */
            upload_bytes: number;
            /**
             * Pixels
             * @description Most pixels of an image.
             */
            pixels: number;
            /**
             * Batch Files
             * @description Most files in a batch.
             */
            batch_files: number;
            /**
             * Study Bytes
             * @description Largest study, and largest file in a study after unpacking.
             */
            study_bytes: number;
            /**
             * Views
             * @description Most views of a scan.
             */
            views: number;
            /**
             * Evaluation Scans
             * @description Most scans in an evaluation.
             */
            evaluation_scans: number;
        };
        /**
         * Verdict
         * @description A reader's agreement with the prediction, or the confirmed class.
         * @enum {string}
         */
        Verdict: "agree" | "glioma" | "meningioma" | "notumor" | "pituitary";
        /**
         * WarningBody
         * @description A warning about the result.
         */
        WarningBody: {
            /**
             * Code
             * @description Stable identifier.
             */
            code: string;
            /** Message */
            message: string;
        };
        /**
         * Whose
         * @description The accounts whose cases are included.
         * @enum {string}
         */
        Whose: "own" | "all";
        /**
         * WrongCode
         * @description A wrong code of the second factor: who entered it knows the password.
         */
        WrongCode: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Address
             * @description Network address that sent it.
             */
            address: string;
        };
        /**
         * WrongCodeList
         * @description Wrong codes, latest first.
         */
        WrongCodeList: {
            /** Wrong Codes */
            wrong_codes: components["schemas"]["WrongCode"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    create_prediction: {
        parameters: {
            query?: {
                /** @description Name of the model; the default model if absent. */
                model?: ("cnn" | "xception") | null;
                /** @description Version of the model; its default version if absent. */
                version?: string | null;
                /** @description `overlay`: the scan with the heat-map over it; `layer`: only the heat-map, on a transparent ground; `grid`: its numbers; `none`: no heat-map. `true` means `overlay`, and `false` means `none`. */
                heatmap?: components["schemas"]["HeatmapKind"] | boolean;
                /** @description Whether Gemini writes the explanation. If it is not available, the service writes it itself. */
                explain?: boolean;
                /** @description What the heat-map shows. `grad-cam`: the evidence for a class; `place`: the probability of a tumor at each place, with models that have it (`heatmap_methods`). If absent: `grad-cam` with a `target`, `place` if the decision is `other`, or else the first of `heatmap_methods`. */
                method?: components["schemas"]["HeatmapMethod"] | null;
                /** @description The class that the heat-map of `grad-cam` explains; the most probable class if absent. */
                target?: components["schemas"]["TumorClass"] | null;
                /** @description Number of views to classify. The first is the scan itself and gives the answer; the others are mirrored, shifted and rotated slightly, and `agreement` reports whether they give the same class. Each view takes one forward pass and counts as one prediction towards rate limits. */
                views?: number;
                /** @description Whether this model is compared with the one that answered before for the same image. The history then attaches the prediction to that record, instead of storing a record of its own. */
                comparison?: boolean;
            };
            header?: {
                /** @description Version of the model, for gateways that add headers to requests. The same as `version` in the address; if both are given, they must be equal. */
                "X-Model-Version"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["Body_create_prediction"];
                "image/*": Blob;
                "application/octet-stream": Blob;
                "application/json": {
                    /**
                     * File
                     * @description The image in base64, or as a data URL in base64.
                     */
                    file: string;
                };
            };
        };
        responses: {
            /** @description The result for one scan. */
            200: {
                headers: {
                    /** @description The version of the model that answered; absent if several did. */
                    "X-Model-Version"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionResponse"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    create_sample_prediction: {
        parameters: {
            query?: {
                /** @description Name of the model; the default model if absent. */
                model?: ("cnn" | "xception") | null;
                /** @description Version of the model; its default version if absent. */
                version?: string | null;
                /** @description `overlay`: the scan with the heat-map over it; `layer`: only the heat-map, on a transparent ground; `grid`: its numbers; `none`: no heat-map. `true` means `overlay`, and `false` means `none`. */
                heatmap?: components["schemas"]["HeatmapKind"] | boolean;
                /** @description Whether Gemini writes the explanation. If it is not available, the service writes it itself. */
                explain?: boolean;
                /** @description What the heat-map shows. `grad-cam`: the evidence for a class; `place`: the probability of a tumor at each place, with models that have it (`heatmap_methods`). If absent: `grad-cam` with a `target`, `place` if the decision is `other`, or else the first of `heatmap_methods`. */
                method?: components["schemas"]["HeatmapMethod"] | null;
                /** @description The class that the heat-map of `grad-cam` explains; the most probable class if absent. */
                target?: components["schemas"]["TumorClass"] | null;
                /** @description Number of views to classify. The first is the scan itself and gives the answer; the others are mirrored, shifted and rotated slightly, and `agreement` reports whether they give the same class. Each view takes one forward pass and counts as one prediction towards rate limits. */
                views?: number;
                /** @description Whether this model is compared with the one that answered before for the same image. The history then attaches the prediction to that record, instead of storing a record of its own. */
                comparison?: boolean;
            };
            header?: {
                /** @description Version of the model, for gateways that add headers to requests. The same as `version` in the address; if both are given, they must be equal. */
                "X-Model-Version"?: string | null;
            };
            path: {
                /** @description Name of the sample. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result for one scan. */
            200: {
                headers: {
                    /** @description The version of the model that answered; absent if several did. */
                    "X-Model-Version"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionResponse"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    create_prediction_batch: {
        parameters: {
            query?: {
                /** @description Name of the model; the default model if absent. */
                model?: ("cnn" | "xception") | null;
                /** @description Version of the model; its default version if absent. */
                version?: string | null;
                /** @description `overlay`: the scan with the heat-map over it; `layer`: only the heat-map, on a transparent ground; `grid`: its numbers; `none`: no heat-map. `true` means `overlay`, and `false` means `none`. */
                heatmap?: components["schemas"]["HeatmapKind"] | boolean;
                /** @description Whether Gemini writes the explanation. If it is not available, the service writes it itself. */
                explain?: boolean;
                /** @description What the heat-map shows. `grad-cam`: the evidence for a class; `place`: the probability of a tumor at each place, with models that have it (`heatmap_methods`). If absent: `grad-cam` with a `target`, `place` if the decision is `other`, or else the first of `heatmap_methods`. */
                method?: components["schemas"]["HeatmapMethod"] | null;
                /** @description The class that the heat-map of `grad-cam` explains; the most probable class if absent. */
                target?: components["schemas"]["TumorClass"] | null;
                /** @description Number of views to classify. The first is the scan itself and gives the answer; the others are mirrored, shifted and rotated slightly, and `agreement` reports whether they give the same class. Each view takes one forward pass and counts as one prediction towards rate limits. */
                views?: number;
                /** @description Whether this model is compared with the one that answered before for the same image. The history then attaches the prediction to that record, instead of storing a record of its own. */
                comparison?: boolean;
            };
            header?: {
                /** @description Version of the model, for gateways that add headers to requests. The same as `version` in the address; if both are given, they must be equal. */
                "X-Model-Version"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["Body_create_prediction_batch"];
            };
        };
        responses: {
            /** @description The results of a batch, in the order of its files. */
            200: {
                headers: {
                    /** @description The version of the model that answered; absent if several did. */
                    "X-Model-Version"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchResponse"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    create_study: {
        parameters: {
            query?: {
                /** @description Name of the model; the default model if absent. */
                model?: ("cnn" | "xception") | null;
                /** @description Version of the model; its default version if absent. */
                version?: string | null;
                /** @description Whether the response contains pictures of each series. */
                pictures?: boolean;
                /** @description The DICOM objects of a response in ZIP; all if absent. */
                objects?: components["schemas"]["StudyObject"][] | null;
            };
            header?: {
                /** @description Version of the model, for gateways that add headers to requests. The same as `version` in the address; if both are given, they must be equal. */
                "X-Model-Version"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["Body_create_study"];
                "application/json": {
                    /**
                     * Server
                     * @description Name of the server, as the operator has set it up.
                     */
                    server: string;
                    /**
                     * Study
                     * @description UID of the study (0020,000D).
                     */
                    study: string;
                    /**
                     * Store
                     * @description Whether the service stores the results as DICOM objects in the study on the server.
                     * @default false
                     */
                    store?: boolean;
                };
            };
        };
        responses: {
            /** @description The result. With `Accept: text/event-stream` events: `progress` (StudyProgress), then `result` (StudyResponse) or `problem` (ProblemBody); with `application/fhir+json` FHIR resources; with `application/zip` DICOM objects. */
            200: {
                headers: {
                    /** @description The version of the model that answered; absent if several did. */
                    "X-Model-Version"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudyResponse"];
                    "text/event-stream": string;
                    "application/fhir+json": Record<string, never>;
                    "application/zip": Blob;
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Bad Gateway */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    create_report: {
        parameters: {
            query?: {
                /** @description Name of the model; the default model if absent. */
                model?: ("cnn" | "xception") | null;
                /** @description Version of the model; its default version if absent. */
                version?: string | null;
                /** @description `overlay`: the scan with the heat-map over it; `layer`: only the heat-map, on a transparent ground; `grid`: its numbers; `none`: no heat-map. `true` means `overlay`, and `false` means `none`. */
                heatmap?: components["schemas"]["HeatmapKind"] | boolean;
                /** @description Whether Gemini writes the explanation. If it is not available, the service writes it itself. */
                explain?: boolean;
                /** @description What the heat-map shows. `grad-cam`: the evidence for a class; `place`: the probability of a tumor at each place, with models that have it (`heatmap_methods`). If absent: `grad-cam` with a `target`, `place` if the decision is `other`, or else the first of `heatmap_methods`. */
                method?: components["schemas"]["HeatmapMethod"] | null;
                /** @description The class that the heat-map of `grad-cam` explains; the most probable class if absent. */
                target?: components["schemas"]["TumorClass"] | null;
                /** @description Number of views to classify. The first is the scan itself and gives the answer; the others are mirrored, shifted and rotated slightly, and `agreement` reports whether they give the same class. Each view takes one forward pass and counts as one prediction towards rate limits. */
                views?: number;
                /** @description Whether this model is compared with the one that answered before for the same image. The history then attaches the prediction to that record, instead of storing a record of its own. */
                comparison?: boolean;
                /** @description Name of a sample image, instead of a file. */
                sample?: string | null;
                /** @description Page size of a PDF. */
                paper?: components["schemas"]["Paper"];
            };
            header?: {
                /** @description Version of the model, for gateways that add headers to requests. The same as `version` in the address; if both are given, they must be equal. */
                "X-Model-Version"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "multipart/form-data": components["schemas"]["Body_create_report"];
                "image/*": Blob;
                "application/octet-stream": Blob;
                "application/json": {
                    /**
                     * File
                     * @description The image in base64, or as a data URL in base64.
                     */
                    file: string;
                };
            };
        };
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    /** @description The version of the model that answered; absent if several did. */
                    "X-Model-Version"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": Blob;
                    "text/html": string;
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_server_liveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description State of the process. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerLiveness"];
                };
            };
        };
    };
    get_server_readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description State of a service that answers predictions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerReadiness"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
        };
    };
    get_server_metadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The server. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerMetadata"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
        };
    };
    get_model_metadata: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the model. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The inputs and outputs of a model. A request has exactly one of the inputs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelSpec"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
        };
    };
    get_model_version_metadata: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the model. */
                name: string;
                /** @description Version of the model. */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The inputs and outputs of a model. A request has exactly one of the inputs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelSpec"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
        };
    };
    get_model_readiness: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the model. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description State of a model that answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelReadiness"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
        };
    };
    get_model_version_readiness: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the model. */
                name: string;
                /** @description Version of the model. */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description State of a model that answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelReadiness"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
        };
    };
    run_inference: {
        parameters: {
            query?: never;
            header?: {
                /** @description Version of the model, for gateways that add headers to requests. The same as `version` in the address; if both are given, they must be equal. */
                "X-Model-Version"?: string | null;
                /** @description Number of bytes of the JSON document, if binary tensors follow it. */
                "Inference-Header-Content-Length"?: number;
            };
            path: {
                /** @description Name of the model. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Id
                     * @description The response repeats it.
                     */
                    id?: string | null;
                    parameters?: {
                        /**
                         * Binary Data Output
                         * @description `binary_data` of the outputs that do not state it.
                         */
                        binary_data_output?: boolean | null;
                    } | null;
                    /** Inputs */
                    inputs: {
                        /**
                         * Name
                         * @description `image` or `input`.
                         * @example image
                         */
                        name: string;
                        /**
                         * Shape
                         * @description `[n]` for `image`, `[n, height, width, channels]` for `input`.
                         * @example [
                         *       1
                         *     ]
                         */
                        shape: number[];
                        /**
                         * Datatype
                         * @description `BYTES` for `image`, `FP32` for `input`.
                         * @example BYTES
                         */
                        datatype: string;
                        parameters?: {
                            /**
                             * Binary Data Size
                             * @description Number of bytes of the tensor, after the JSON document; null for a tensor in `data`.
                             */
                            binary_data_size?: number | null;
                        } | null;
                        /**
                         * Data
                         * @description The elements in row-major order, nested or flat. Of `image`: each file in base64 or as a data URL. Of `input`: numbers from 0 to 1.
                         */
                        data?: unknown[] | null;
                    }[];
                    /**
                     * Outputs
                     * @description The outputs to return; all but `heatmap` if absent.
                     */
                    outputs?: {
                        /**
                         * Name
                         * @example probabilities
                         */
                        name: string;
                        parameters?: {
                            /**
                             * Binary Data
                             * @description Whether the tensor follows the JSON document in binary form.
                             */
                            binary_data?: boolean | null;
                        } | null;
                    }[] | null;
                };
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description Predictions, in the order of the images. */
            200: {
                headers: {
                    /** @description Number of bytes of the JSON document, if binary tensors follow it. */
                    "Inference-Header-Content-Length"?: number;
                    /** @description The version of the model that answered; absent if several did. */
                    "X-Model-Version"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                    "application/json": components["schemas"]["InferenceResponse"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
        };
    };
    run_inference_with_version: {
        parameters: {
            query?: never;
            header?: {
                /** @description Version of the model, for gateways that add headers to requests. The same as `version` in the address; if both are given, they must be equal. */
                "X-Model-Version"?: string | null;
                /** @description Number of bytes of the JSON document, if binary tensors follow it. */
                "Inference-Header-Content-Length"?: number;
            };
            path: {
                /** @description Name of the model. */
                name: string;
                /** @description Version of the model. */
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Id
                     * @description The response repeats it.
                     */
                    id?: string | null;
                    parameters?: {
                        /**
                         * Binary Data Output
                         * @description `binary_data` of the outputs that do not state it.
                         */
                        binary_data_output?: boolean | null;
                    } | null;
                    /** Inputs */
                    inputs: {
                        /**
                         * Name
                         * @description `image` or `input`.
                         * @example image
                         */
                        name: string;
                        /**
                         * Shape
                         * @description `[n]` for `image`, `[n, height, width, channels]` for `input`.
                         * @example [
                         *       1
                         *     ]
                         */
                        shape: number[];
                        /**
                         * Datatype
                         * @description `BYTES` for `image`, `FP32` for `input`.
                         * @example BYTES
                         */
                        datatype: string;
                        parameters?: {
                            /**
                             * Binary Data Size
                             * @description Number of bytes of the tensor, after the JSON document; null for a tensor in `data`.
                             */
                            binary_data_size?: number | null;
                        } | null;
                        /**
                         * Data
                         * @description The elements in row-major order, nested or flat. Of `image`: each file in base64 or as a data URL. Of `input`: numbers from 0 to 1.
                         */
                        data?: unknown[] | null;
                    }[];
                    /**
                     * Outputs
                     * @description The outputs to return; all but `heatmap` if absent.
                     */
                    outputs?: {
                        /**
                         * Name
                         * @example probabilities
                         */
                        name: string;
                        parameters?: {
                            /**
                             * Binary Data
                             * @description Whether the tensor follows the JSON document in binary form.
                             */
                            binary_data?: boolean | null;
                        } | null;
                    }[] | null;
                };
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description Predictions, in the order of the images. */
            200: {
                headers: {
                    /** @description Number of bytes of the JSON document, if binary tensors follow it. */
                    "Inference-Header-Content-Length"?: number;
                    /** @description The version of the model that answered; absent if several did. */
                    "X-Model-Version"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                    "application/json": components["schemas"]["InferenceResponse"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferenceFault"];
                };
            };
        };
    };
    measure_evaluation_scans: {
        parameters: {
            query?: {
                /** @description Name of the model; the default model if absent. */
                model?: ("cnn" | "xception") | null;
                /** @description Version of the model; its default version if absent. */
                version?: string | null;
            };
            header?: {
                /** @description Version of the model, for gateways that add headers to requests. The same as `version` in the address; if both are given, they must be equal. */
                "X-Model-Version"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["Body_measure_evaluation_scans"];
            };
        };
        responses: {
            /** @description The network's output for several images, in the order of the request. */
            200: {
                headers: {
                    /** @description The version of the model that answered; absent if several did. */
                    "X-Model-Version"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeasuredScans"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    create_evaluation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EvaluationRequest"];
            };
        };
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvaluationReport"];
                    "text/html": string;
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_samples: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sample images. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SampleList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_sample: {
        parameters: {
            query?: never;
            header?: {
                "if-none-match"?: string | null;
            };
            path: {
                /** @description Name of the sample. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The image. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": Blob;
                };
            };
            /** @description Not modified. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_records: {
        parameters: {
            query?: {
                /** @description Predicted class. */
                class?: components["schemas"]["TumorClass"] | null;
                /** @description Decision on the image. */
                decision?: components["schemas"]["Decision"] | null;
                /** @description Name of the model. */
                model?: string | null;
                /** @description Created at this time or later, as in `2026-11-25T00:00:00Z`. */
                since?: string | null;
                /** @description Created before this time. */
                until?: string | null;
                /** @description Part of the label or note, in upper or lower case. */
                text?: string | null;
                /** @description `next` of the previous page. */
                cursor?: string | null;
                /** @description Maximum number of records on the page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the history, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordPage"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    delete_records: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result of a deletion. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deleted"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    export_records: {
        parameters: {
            query?: {
                /** @description Predicted class. */
                class?: components["schemas"]["TumorClass"] | null;
                /** @description Decision on the image. */
                decision?: components["schemas"]["Decision"] | null;
                /** @description Name of the model. */
                model?: string | null;
                /** @description Created at this time or later, as in `2026-11-25T00:00:00Z`. */
                since?: string | null;
                /** @description Created before this time. */
                until?: string | null;
                /** @description Part of the label or note, in upper or lower case. */
                text?: string | null;
                /** @description `zip` contains the JSON file, the CSV file and the stored pictures. */
                format?: components["schemas"]["ExportFormat"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The history. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                    "text/csv": string;
                    "application/zip": Blob;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_record: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                record: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record of the history. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    delete_record: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                record: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    change_record: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                record: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecordChange"];
            };
        };
        responses: {
            /** @description A record of the history. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordBody"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_record_picture: {
        parameters: {
            query?: {
                /** @description Size of the picture. */
                size?: components["schemas"]["PictureSize"];
            };
            header?: never;
            path: {
                record: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": Blob;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_record_overlay: {
        parameters: {
            query?: {
                /** @description What the heat-map shows; if absent, `grad-cam` with a `target`, or else as in the record. */
                method?: components["schemas"]["HeatmapMethod"] | null;
                /** @description The class that the heat-map of `grad-cam` explains. */
                target?: components["schemas"]["TumorClass"] | null;
            };
            header?: never;
            path: {
                record: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture with the heat-map. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_record_report: {
        parameters: {
            query?: {
                /** @description What the heat-map shows; if absent, `grad-cam` with a `target`, or else as in the record. */
                method?: components["schemas"]["HeatmapMethod"] | null;
                /** @description The class that the heat-map of `grad-cam` explains. */
                target?: components["schemas"]["TumorClass"] | null;
                /** @description Page size of a PDF. */
                paper?: components["schemas"]["Paper"];
            };
            header?: never;
            path: {
                record: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": Blob;
                    "text/html": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    give_feedback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                record: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeedbackRequest"];
            };
        };
        responses: {
            /** @description Stored feedback on a prediction. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedbackBody"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_feedback_statistics: {
        parameters: {
            query?: {
                /** @description `all` includes every account's cases; administrators only. */
                whose?: components["schemas"]["Whose"];
                /** @description Length of a period. */
                period?: components["schemas"]["Period"];
                /** @description Predicted at this time or later, as in `2026-11-25T00:00:00Z`. */
                since?: string | null;
                /** @description Predicted before this time. */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Performance on confirmed cases. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedbackStatistics"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_shadow: {
        parameters: {
            query?: {
                /** @description Maximum number of disagreements to list. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description State of the shadow model and its comparison with the serving model. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShadowOverview"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_classes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The classes, in the order of the probabilities. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The models of this service. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_model_versions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the model. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The versions of a model, the default one first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersionList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_model_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the model. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All measures of a model on the test images. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestSetReport"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    reload_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The models after a change, with their versions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelsInUse"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_drift: {
        parameters: {
            query?: {
                /** @description Name of the model; the default model if absent. */
                model?: ("cnn" | "xception") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Drift of one model's answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriftReport"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    restart_drift: {
        parameters: {
            query?: {
                /** @description Name of the model; the default model if absent. */
                model?: ("cnn" | "xception") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_capabilities: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the service accepts and which of its parts are on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Capabilities"];
                };
            };
        };
    };
    get_liveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description State of the process. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthStatus"];
                };
            };
        };
    };
    get_readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description State of a service that answers predictions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sessions of the caller's account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    create_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInRequest"];
            };
        };
        responses: {
            /** @description The current session. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionBody"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    delete_other_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    show_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeGiven"];
            };
        };
        responses: {
            /** @description The current session. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionBody"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The current session. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    delete_current_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    delete_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    create_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUpRequest"];
            };
        };
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description The current session. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionBody"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    begin_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordGiven"];
            };
        };
        responses: {
            /** @description A secret for an authenticator app. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactorBegun"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    confirm_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeGiven"];
            };
        };
        responses: {
            /** @description One-time codes that replace the second factor. They are shown only once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    remove_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordGiven"];
            };
        };
        responses: {
            /** @description The current session. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionBody"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    create_recovery_codes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordGiven"];
            };
        };
        responses: {
            /** @description One-time codes that replace the second factor. They are shown only once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_wrong_codes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Wrong codes, latest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrongCodeList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    delete_wrong_codes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    delete_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordGiven"];
            };
        };
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    create_password_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetRequest"];
            };
        };
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    complete_password_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordReset"];
            };
        };
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Keys of the caller's account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    create_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRequest"];
            };
        };
        responses: {
            /** @description A new key. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    delete_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_members: {
        parameters: {
            query?: {
                /** @description Return the members after this one. */
                after?: string | null;
                /** @description Maximum number of members. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of members. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    delete_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                member: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    change_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                member: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberChange"];
            };
        };
        responses: {
            /** @description An account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountBody"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    delete_member_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                member: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    delete_member_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                member: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    create_member_reset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                member: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A new one-time link. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_invitations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Unused invitations. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    create_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationRequest"];
            };
        };
        responses: {
            /** @description A new one-time link. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkBody"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    delete_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                invitation: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. The response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait before the next attempt. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
}
