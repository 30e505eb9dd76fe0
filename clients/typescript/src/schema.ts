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
         * @description Send one image as `multipart/form-data`, field `file`: JPEG, PNG, WebP, BMP, TIFF or GIF, judged by its content.
         *
         *     With `explain=true`, and where the operator has set a key, the decoded picture, the heat-map and the numbers are sent to Google's Gemini, without file name or metadata. Google's terms forbid clinical use, and on unpaid quota people may read what is sent. Otherwise nothing leaves the server.
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
         * @description As for an uploaded image; needs no body.
         *
         *     With `explain=true`, and where the operator has set a key, the decoded picture, the heat-map and the numbers are sent to Google's Gemini, without file name or metadata. Google's terms forbid clinical use, and on unpaid quota people may read what is sent. Otherwise nothing leaves the server.
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
         * @description Send the images as `multipart/form-data`, each in a field `files`. Each gets its own prediction or its own problem, in order: a bad file never fails the others.
         *
         *     With `explain=true`, and where the operator has set a key, the decoded picture, the heat-map and the numbers are sent to Google's Gemini, without file name or metadata. Google's terms forbid clinical use, and on unpaid quota people may read what is sent. Otherwise nothing leaves the server.
         */
        post: operations["create_prediction_batch"];
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
         * Make a report of a prediction
         * @description Classifies an image as `/predictions` does, and answers with a document to keep: scan and heat-map, probabilities, explanation, warnings, model, request id, time. Send the image as `multipart/form-data`, field `file`, or name a `sample`. It is a PDF, or with `Accept: text/html` an HTML file that needs nothing beside it.
         *
         *     With `explain=true`, and where the operator has set a key, the decoded picture, the heat-map and the numbers are sent to Google's Gemini, without file name or metadata. Google's terms forbid clinical use, and on unpaid quota people may read what is sent. Otherwise nothing leaves the server.
         */
        post: operations["create_report"];
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
         * @description Send the images as `multipart/form-data`, each in a field `files`. Of each comes back what an evaluation needs and nothing else: the probabilities, the gate's score, whether it is a copy of a training scan. Nothing is kept, in no history either.
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
         * @description Send what `/evaluations/scans` gave of each scan, with its class and, if known, its patient. Comes back: the confusion matrix, each class, intervals (by patient where there are patients), calibration, decisions and prediction sets, and, from 50 scans of each class on, a temperature and thresholds fitted to them. It is JSON, or with `Accept: text/html` an HTML file that needs nothing beside it. Nothing is kept.
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
         * @description Real MRIs of the data set's test part, of each class.
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
         * @description The file itself; `If-None-Match` with its entity tag is answered 304.
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
         * List what was predicted
         * @description Newest first, for each account its own. `next` of a page is the `cursor` of the one after it. Where accounts are off, everyone has one history.
         */
        get: operations["list_records"];
        put?: never;
        post?: never;
        /**
         * Delete the history
         * @description All that was predicted until now, for good.
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
         * Take the history away
         * @description All of it, or what the filters choose, newest first: as JSON, as CSV, or as a ZIP archive that has both in it, and the pictures that were kept.
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
         * Show a prediction
         * @description One record of the history. Another account's is answered as one that never was.
         */
        get: operations["get_record"];
        put?: never;
        post?: never;
        /**
         * Delete a prediction
         * @description For good, with its picture.
         */
        delete: operations["delete_record"];
        options?: never;
        head?: never;
        patch?: never;
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
         * Show the picture of a prediction
         * @description As it was kept with `KEEP_IMAGES=on`: JPEG, at most 1024 pixels a side, or a thumbnail of it.
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
         * Say whether a prediction was right
         * @description For a prediction of one's own history: that its reader agrees, or the class that was confirmed. What is said later takes the place of what was said before, and the audit trail has both classes. It is deleted with its record. Answers to samples take none.
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
         * How the answers did on confirmed cases
         * @description Accuracy, calibration and coverage of the conformal sets where a reader has said what the scan is of: altogether, for each version of a model, and for each month or week, with 95 % intervals. Administrators may ask for all accounts; they get figures, and no cases.
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
         * Show what the shadow model says
         * @description How often the model that answers and the one that runs beside it (`SHADOW_MODEL`) disagree, and the newest answers on which they do, of all accounts, by their ids. Where accounts are on, for administrators.
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
         * @description The four answers, in the order of the probabilities.
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
         * @description Each with what it takes, how good it was measured to be, its version and its weights' SHA-256.
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
    "/api/v1/models/{name}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a model's evaluation report
         * @description All that was measured of its weights: the test images with and without copies in training, each class, calibration, corruptions, heat-map checks, other classifiers on the same images.
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
    "/api/v1/monitoring/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show drift
         * @description Whether answers still come of scans like those of the validation: an alarm that can be looked at as often as one likes, tests of the latest answers, and the mix of classes. Where accounts are on, for administrators. There is none where `DRIFT=off`.
         */
        get: operations["get_drift"];
        put?: never;
        post?: never;
        /**
         * Begin anew
         * @description Forget the answers that were counted, the alarm, and earlier tests: once what was behind an alarm is seen to, or accepted.
         */
        delete: operations["restart_drift"];
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
         * Is the process running?
         * @description 200 as long as the process answers at all.
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
         * Can it classify?
         * @description 200 once every model is loaded and has answered a warm-up.
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
         * List one's sessions
         * @description Those that can be used; the latest first.
         */
        get: operations["list_sessions"];
        put?: never;
        /**
         * Sign in
         * @description Sets the session's cookie. Where the account has a second factor, the session is not complete before that is shown. The answer for an account that does not exist is the one for a wrong password.
         */
        post: operations["create_session"];
        /**
         * End one's other sessions
         * @description All but the present one.
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
         * @description Completes the session that a password has begun, with a code of the authenticator app or a recovery code, and sets a new cookie. After three wrong codes the password is asked for again.
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
         * Get the present session
         * @description Who is signed in.
         */
        get: operations["get_session"];
        put?: never;
        post?: never;
        /**
         * Sign out
         * @description Ends the present session.
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
         * End one of one's sessions
         * @description Whoever has it is signed out with the next request.
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
         * Make an account
         * @description With the token of an invitation, or of the link for setting the service up; without one where sign-up is open. Then sign in. Without a link the answer is the same where there is an account already.
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
         * Get one's account
         * @description Of whoever is signed in.
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
         * Change one's password
         * @description Every session ends; the answer begins a new one.
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
         * Begin a second factor
         * @description Gives a secret for an authenticator app. Nothing changes before a code confirms it.
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
         * Switch the second factor on
         * @description Every session ends; the answer begins a new one, and has recovery codes.
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
         * Switch the second factor off
         * @description Every session ends; the answer begins a new one.
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
         * Make new recovery codes
         * @description The old ones are worthless from then on.
         */
        post: operations["create_recovery_codes"];
        delete?: never;
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
         * End one's account
         * @description Deletes it, and everything of it.
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
         * Ask for a new password
         * @description Sends a link by e-mail, if there is such an account; the answer does not tell. 404 where the service sends no mail.
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
         * Set a new password by a link
         * @description Every session of the account ends.
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
         * List one's keys
         * @description The newest first, and none of them in full.
         */
        get: operations["list_keys"];
        put?: never;
        /**
         * Make a key
         * @description The answer shows the key, this once.
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
         * @description It is refused from now on.
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
         * @description The oldest first.
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
         * @description For good, with sessions, keys and history.
         */
        delete: operations["delete_member"];
        options?: never;
        head?: never;
        /**
         * Change a member
         * @description Makes it an administrator or not, closes it or opens it again. Its sessions end.
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
         * @description Its keys stay good.
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
         * Take away a member's second factor
         * @description For a member who has lost it, recovery codes and all. The sessions end.
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
         * Make a link that sets a member's password
         * @description To be handed to the member; good for an hour, once.
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
         * @description Those that nobody has used yet.
         */
        get: operations["list_invitations"];
        put?: never;
        /**
         * Invite somebody
         * @description The link is good for a week, once, and for this e-mail alone. It is sent as well, where the service sends mail.
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
         * @description Its link is worthless from now on.
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
             * @description Whether an administrator has closed it.
             */
            disabled: boolean;
            /**
             * Second Factor
             * @description Whether it has a second factor.
             */
            second_factor: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * AgreementBody
         * @description Whether the network says the same of the scan seen a little differently: mirrored, shifted, turned.
         */
        AgreementBody: {
            /**
             * Views
             * @description How many, the scan as it is among them; each costs a forward pass.
             */
            views: number;
            /**
             * Agreeing
             * @description Share of the views whose most probable class is the predicted one.
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
         * @description That answers have stopped being like the reference.
         */
        Alarm: {
            /**
             * At
             * Format: date-time
             * @description When it was raised, UTC.
             */
            at: string;
            /**
             * Answers
             * @description After how many answers.
             */
            answers: number;
            /**
             * Score
             * @description What gave it away first.
             */
            score: string;
        };
        /**
         * BatchItem
         * @description The answer to one file of a batch: a prediction or a problem.
         */
        BatchItem: {
            /**
             * Index
             * @description Place in the request, from 0.
             */
            index: number;
            prediction: components["schemas"]["PredictionResponse"] | null;
            problem: components["schemas"]["ProblemBody"] | null;
        };
        /**
         * BatchResponse
         * @description The answers to a batch, in the order of its files.
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
         * @description A bar of a histogram.
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
         * @description How far the probabilities can be taken at their word.
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
         * ClassInfo
         * @description One of the four classes.
         */
        ClassInfo: {
            /** @description Id used in requests and answers. */
            id: components["schemas"]["TumorClass"];
            /**
             * Name
             * @description Name for people.
             */
            name: string;
            /**
             * Description
             * @description What it is.
             */
            description: string;
            /**
             * Characteristics
             * @description How it typically looks on MRI.
             */
            characteristics: string[];
        };
        /**
         * ClassIntervals
         * @description One class against the three others; null where no scan is of it, or none of the others.
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
         * @description One class against the three others.
         */
        ClassMetrics: {
            /**
             * Sensitivity
             * @description Share of this class's images that were called it.
             */
            sensitivity: number;
            /**
             * Specificity
             * @description Share of the other images that were not called it.
             */
            specificity: number;
            /**
             * Images
             * @description Images of this class.
             */
            images: number;
        };
        /**
         * ClassPair
         * @description How often the one said this and the other that.
         */
        ClassPair: {
            served: components["schemas"]["TumorClass"];
            shadow: components["schemas"]["TumorClass"];
            /** Count */
            count: number;
        };
        /**
         * ClassProbability
         * @description One class's share.
         */
        ClassProbability: {
            class: components["schemas"]["TumorClass"];
            /** Label */
            label: string;
            /**
             * Probability
             * @description Calibrated probability.
             */
            probability: number;
        };
        /**
         * ClassReport
         * @description One class against the three others.
         */
        ClassReport: {
            /** Images */
            images: number;
            sensitivity: components["schemas"]["Proportion"];
            specificity: components["schemas"]["Proportion"];
            /** @description Positive predictive value; holds for this mix of classes only. */
            ppv: components["schemas"]["Proportion"];
            /** F1 */
            f1: number;
            /**
             * Auroc
             * @description Null where only one side has images.
             */
            auroc: number | null;
        };
        /**
         * ClassShare
         * @description A class's share of the answers.
         */
        ClassShare: {
            class: components["schemas"]["TumorClass"];
            /** Label */
            label: string;
            /**
             * Reference
             * @description Share of the validation images that were called so.
             */
            reference: number;
            /**
             * Window
             * @description Share of the window that was called so.
             */
            window: number;
            /**
             * Estimated
             * @description Share that truly is so, estimated (BBSE).
             */
            estimated: number;
            /**
             * Low
             * @description Low end of its 95 % interval.
             */
            low: number;
            /**
             * High
             * @description High end of its 95 % interval.
             */
            high: number;
        };
        /**
         * CodeGiven
         * @description What shows the second factor.
         */
        CodeGiven: {
            /**
             * Code
             * Format: password
             * @description Six digits of the authenticator app, or a recovery code.
             */
            code: string;
        };
        /**
         * CorruptionReport
         * @description All test images under one corruption.
         */
        CorruptionReport: {
            /** Name */
            name: string;
            accuracy: components["schemas"]["Proportion"];
            missed_tumors: components["schemas"]["Proportion"];
        };
        /**
         * Credentials
         * @description What signs in.
         */
        Credentials: {
            /**
             * Email
             * @description The account's e-mail.
             */
            email: string;
            /**
             * Password
             * Format: password
             * @description The present password.
             */
            password: string;
        };
        /**
         * Decision
         * @description What a reader may do with an answer.
         * @enum {string}
         */
        Decision: "answer" | "uncertain" | "outside";
        /**
         * Deleted
         * @description How much was deleted.
         */
        Deleted: {
            /**
             * Deleted
             * @description Records.
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
             * @description Of the prediction that was answered.
             */
            id: string;
            /**
             * Created At
             * Format: date-time
             * @description UTC.
             */
            created_at: string;
            served_by: components["schemas"]["ModelRef"];
            /** @description What was answered. */
            served: components["schemas"]["Opinion"];
            shadow_by: components["schemas"]["ModelRef"];
            /** @description What the shadow model says. */
            shadow: components["schemas"]["Opinion"];
        };
        /**
         * DriftCheck
         * @description The window of the latest answers, held against the reference.
         */
        DriftCheck: {
            /**
             * At
             * Format: date-time
             * @description UTC.
             */
            at: string;
            /**
             * Window
             * @description Answers in the window.
             */
            window: number;
            /** Tests */
            tests: components["schemas"]["DriftTest"][];
            /**
             * Classes
             * @description In the order of the probabilities.
             */
            classes: components["schemas"]["ClassShare"][];
        };
        /**
         * DriftPoint
         * @description A check of before, in short.
         */
        DriftPoint: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Answers
             * @description Answers until then.
             */
            answers: number;
            /**
             * P Value
             * @description Of the sequential test, until then.
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
             * @description Since when answers are counted, UTC.
             */
            since: string;
            /**
             * Answers
             * @description How many were counted.
             */
            answers: number;
            /**
             * P Value
             * @description Of the sequential test: the smallest so far.
             */
            p_value: number;
            /** @description Null where none was raised. */
            alarm: components["schemas"]["Alarm"] | null;
            /**
             * Evidence
             * @description By score, the strongest first.
             */
            evidence: components["schemas"]["Evidence"][];
            /** @description The latest hourly check; null where there was none. */
            check: components["schemas"]["DriftCheck"] | null;
            /**
             * Histograms
             * @description Of the window as it is now; empty while it is.
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
         * @description How things are.
         * @enum {string}
         */
        DriftStatus: "collecting" | "steady" | "alarm";
        /**
         * DriftTest
         * @description A test of the window against the reference, which holds for one look.
         */
        DriftTest: {
            /**
             * Name
             * @description What is compared.
             */
            name: string;
            /**
             * Method
             * @description The test.
             */
            method: string;
            /** Statistic */
            statistic: number;
            /**
             * P Value
             * @description Of this test alone.
             */
            p_value: number;
            /**
             * Adjusted
             * @description The same, adjusted for the number of tests (Holm).
             */
            adjusted: number;
        };
        /**
         * Estimate
         * @description A figure with its 95 % interval.
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
         * @description One scan whose class is known, and what the network says of it.
         */
        EvaluatedScan: {
            /**
             * Scan
             * @description What the report calls it: a path, or a number.
             */
            scan: string;
            /** @description Its class, as the site knows it. */
            class: components["schemas"]["TumorClass"];
            /**
             * Patient
             * @description Scans of one patient share it; null where that is not known.
             */
            patient?: string | null;
            /**
             * Probabilities
             * @description Calibrated, in the model's order.
             */
            probabilities: number[];
            /**
             * Gate Score
             * @description How unlike the training scans it is; null where the gate is off.
             */
            gate_score?: number | null;
        };
        /**
         * Evaluation
         * @description Measured by `python -m research.pipeline evaluate` on images the network was not trained on.
         */
        Evaluation: {
            /**
             * Dataset
             * @description What it was measured on.
             */
            dataset: string;
            /**
             * Evaluated On
             * Format: date
             * @description Day of the measurement.
             */
            evaluated_on: string;
            /**
             * Images
             * @description How many images.
             */
            images: number;
            /**
             * Accuracy
             * @description Share called rightly.
             */
            accuracy: number;
            /** @description Those alone that have no copy, mirrored ones included, among the training images; null if none. */
            without_copies?: components["schemas"]["PartMetrics"] | null;
            /**
             * Tumors
             * @description Images with a tumor.
             */
            tumors: number;
            /**
             * Tumors Called Notumor
             * @description Images with a tumor that were called 'no tumor'.
             */
            tumors_called_notumor: number;
            /**
             * Other Source Tumors
             * @description Further images with a tumor, of the source that most 'no tumor' images come from; null where none were looked at.
             */
            other_source_tumors?: number | null;
            /**
             * Other Source Tumors Found
             * @description How many of those were called any of the three tumors.
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
             * @description Each class against the rest.
             */
            per_class: {
                [key: string]: components["schemas"]["ClassMetrics"];
            };
        };
        /**
         * EvaluationReport
         * @description All that was measured of one model on a site's own scans.
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
             * @description Scans that count in no figure, and why.
             */
            left_out: components["schemas"]["LeftOut"][];
            /**
             * Copies Looked For
             * @description Whether copies of training scans were looked for, and left out.
             */
            copies_looked_for: boolean;
            /** @description With Wilson's intervals, which take every scan for one of its own. */
            measured: components["schemas"]["PartReport"];
            /** @description Null where no scan has a patient. */
            by_patient: components["schemas"]["PatientIntervals"] | null;
            /** @description Null where the model has no thresholds. */
            trusted: components["schemas"]["Trusted"] | null;
            /**
             * Misread
             * @description The most confident first, at most 100.
             */
            misread: components["schemas"]["Misread"][];
            /** @description Null where there are too few scans for one. */
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
         * @description What is known of a site's scans: the figures that the service gave, beside the classes.
         */
        EvaluationRequest: {
            /**
             * Model
             * @description Name of the model that was asked; the default one where absent.
             */
            model?: string | null;
            /**
             * Version
             * @description Its version, as it was given with the figures.
             */
            version: string;
            /** Scans */
            scans: components["schemas"]["EvaluatedScan"][];
            /**
             * Left Out
             * @description What else there was, and why not.
             * @default []
             */
            left_out: components["schemas"]["LeftOut"][];
        };
        /**
         * Evidence
         * @description What one score of the sequential test has found.
         */
        Evidence: {
            /**
             * Score
             * @description What is ranked.
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
             * @description The language model; null for the built-in explanation.
             */
            model: string | null;
            /**
             * Text
             * @description Paragraphs, separated by blank lines.
             */
            text: string;
            /**
             * Notice
             * @description Why Gemini did not write it although it was asked to.
             */
            notice: string | null;
        };
        /**
         * ExportFormat
         * @description What a history is handed out as.
         * @enum {string}
         */
        ExportFormat: "json" | "csv" | "zip";
        /**
         * FeedbackBody
         * @description What a reader has said of a prediction.
         */
        FeedbackBody: {
            /** @description `agree`, or the class that was named. */
            verdict: components["schemas"]["Verdict"];
            /** @description The class that the scan is of, by that. */
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
         * @description What a reader says of a prediction.
         */
        FeedbackRequest: {
            /** @description `agree`, or the class that was confirmed. */
            verdict: components["schemas"]["Verdict"];
            /**
             * Note
             * @description How that is known, for example. It is kept with the record: leave out what names the patient.
             */
            note?: string | null;
        };
        /**
         * FeedbackStatistics
         * @description How the answers did where somebody has said what the scan is of.
         */
        FeedbackStatistics: {
            selection: components["schemas"]["Selection"];
            /** @description Null where no case is confirmed. */
            overall: components["schemas"]["Performance"] | null;
            /** Models */
            models: components["schemas"]["ModelPerformance"][];
            /**
             * Periods
             * @description The oldest first.
             */
            periods: components["schemas"]["PeriodPerformance"][];
            /**
             * Truncated
             * @description Whether older cases were left out: the newest 5,000 are looked at.
             */
            truncated: boolean;
        };
        /**
         * FieldFault
         * @description One thing wrong with a request's parameters or body.
         */
        FieldFault: {
            /**
             * Location
             * @description Where it is, as in `query.target`.
             */
            location: string;
            /**
             * Message
             * @description What is wrong with it.
             */
            message: string;
        };
        /**
         * FittedCoverage
         * @description Prediction sets with the site's thresholds, on scans that these were not fitted to.
         */
        FittedCoverage: {
            /** Coverage */
            coverage: number;
            /**
             * Fitted
             * @description False where a class has too few scans for this coverage, and the model's own thresholds stay.
             */
            fitted: boolean;
            /**
             * Covered
             * @description Share of the scans whose set has their class.
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
         * @description Where the heat lies, in fractions of the image.
         */
        FocusBody: {
            /**
             * X
             * @description Centre of mass, from the left.
             */
            x: number;
            /**
             * Y
             * @description Centre of mass, from the top.
             */
            y: number;
            /**
             * Area
             * @description Share of the image at half the maximum heat or more.
             */
            area: number;
        };
        /**
         * GateBody
         * @description How far an image is from the brain MRI that the model knows.
         */
        GateBody: {
            /**
             * Score
             * @description The OOD score: the higher, the less like them.
             */
            score: number;
            /**
             * Threshold
             * @description A score above it is outside.
             */
            threshold: number;
        };
        /**
         * HealthStatus
         * @description How the process is.
         */
        HealthStatus: {
            /**
             * Status
             * @enum {string}
             */
            status: "alive" | "ready";
        };
        /**
         * HeatmapBody
         * @description What the network looked at.
         */
        HeatmapBody: {
            /**
             * Method
             * @default grad-cam
             * @constant
             */
            method: "grad-cam";
            /**
             * Layer
             * @description The feature map that was read.
             */
            layer: string;
            /** @description The class that the heat speaks for. */
            target: components["schemas"]["TumorClass"];
            /**
             * Overlay
             * @description The scan with the heat-map over it, as a data URL of a PNG; at most 1024 pixels a side.
             */
            overlay: string;
            /** @description Null where nothing in the image speaks for the class. */
            focus: components["schemas"]["FocusBody"] | null;
        };
        /**
         * HeatmapChecks
         * @description Whether the heat-maps depend on the network and show what it uses.
         */
        HeatmapChecks: {
            /** Images */
            images: number;
            /**
             * Randomised Correlation
             * @description Mean rank correlation with the maps of untrained networks (Adebayo et al. 2018).
             */
            randomised_correlation: number;
            /**
             * Deletion
             * @description Mean area under the probability as the hottest are blacked out first; by order: grad-cam, random, centre. Lower is better (Petsiuk et al. 2018).
             */
            deletion: {
                [key: string]: number;
            };
            /**
             * Insertion
             * @description The same as the hottest are put back first; higher is better.
             */
            insertion: {
                [key: string]: number;
            };
        };
        /**
         * Histogram
         * @description How one number of a scan is distributed; the outer bars have also what lies beyond.
         */
        Histogram: {
            /** Name */
            name: string;
            /** Bins */
            bins: components["schemas"]["Bin"][];
        };
        /**
         * ImageInfo
         * @description The image as it was read.
         */
        ImageInfo: {
            /**
             * Width
             * @description Pixels, upright.
             */
            width: number;
            /**
             * Height
             * @description Pixels, upright.
             */
            height: number;
            /**
             * Format
             * @description By the file's content.
             */
            format: string;
            /**
             * Mode
             * @description How the file stores a pixel.
             */
            mode: string;
        };
        /**
         * InputSpec
         * @description The tensor the network takes: `[1, height, width, channels]` float32 in `[0, 1]`.
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
         * @description A figure with its 95 % interval, of whole patients drawn at random with replacement (bootstrap).
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
         * @description An invitation that nobody has used yet.
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
         * @description Invitations that nobody has used yet.
         */
        InvitationList: {
            /** Invitations */
            invitations: components["schemas"]["InvitationBody"][];
        };
        /**
         * InvitationRequest
         * @description Who is invited.
         */
        InvitationRequest: {
            /**
             * Email
             * @description An e-mail.
             * @example reader@example.org
             */
            email: string;
            /**
             * Admin
             * @description Whether an administrator is invited.
             * @default false
             */
            admin: boolean;
        };
        /**
         * KeptHeatmap
         * @description What the network looked at, without the picture of it.
         */
        KeptHeatmap: {
            /**
             * Method
             * @constant
             */
            method: "grad-cam";
            /**
             * Layer
             * @description The feature map that was read.
             */
            layer: string;
            /** @description The class that the heat speaks for. */
            target: components["schemas"]["TumorClass"];
            /** @description Null where nothing in the image speaks for the class. */
            focus: components["schemas"]["FocusBody"] | null;
        };
        /**
         * KeyBody
         * @description A key, without what makes it one.
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
             * @description The last use, to the minute.
             */
            used_at: string | null;
        };
        /**
         * KeyList
         * @description One's keys.
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
             * @description What it is for.
             */
            name: string;
            /**
             * Scopes
             * @description What it may do; no more than whoever makes it.
             * @default [
             *       "predict"
             *     ]
             */
            scopes: components["schemas"]["Scope"][];
            /**
             * Expires At
             * @description When it ends; never, where absent.
             */
            expires_at?: string | null;
        };
        /**
         * LeftOut
         * @description A scan that counts nowhere in the figures.
         */
        LeftOut: {
            /**
             * Scan
             * @description What the report calls it.
             */
            scan: string;
            /**
             * Reason
             * @description Why.
             */
            reason: string;
        };
        /**
         * LinkBody
         * @description A one-time link that was just made.
         */
        LinkBody: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Link
             * @description The link, to be handed on. It is shown this once.
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
         * @description Which model was measured.
         */
        MeasuredModel: {
            /** Name */
            name: string;
            /**
             * Version
             * @description With `+site.` in it where a site's file was in use.
             */
            version: string;
            /**
             * Sha256
             * @description Of the weights file.
             */
            sha256: string;
        };
        /**
         * MeasuredScan
         * @description What the network says of one image, or its problem.
         */
        MeasuredScan: {
            /**
             * Index
             * @description Place in the request, from 0.
             */
            index: number;
            /**
             * Probabilities
             * @description Calibrated, in the model's order.
             */
            probabilities: number[] | null;
            /**
             * Gate Score
             * @description How unlike the training scans it is; null where the gate is off.
             */
            gate_score: number | null;
            /**
             * Copy Of Training Scan
             * @description Whether it is a copy of a scan that the network was trained on, which counts for nothing; null where that cannot be told.
             */
            copy_of_training_scan: boolean | null;
            problem: components["schemas"]["ProblemBody"] | null;
        };
        /**
         * MeasuredScans
         * @description What the network says of images, in their order.
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
         * @description What changes of a member; what is absent stays.
         */
        MemberChange: {
            /**
             * Admin
             * @description Whether it is an administrator.
             */
            admin?: boolean | null;
            /**
             * Disabled
             * @description Whether it is closed.
             */
            disabled?: boolean | null;
        };
        /**
         * MemberList
         * @description Members.
         */
        MemberList: {
            /** Members */
            members: components["schemas"]["AccountBody"][];
            /**
             * Next
             * @description What to give as `after` for those that follow; null at the end.
             */
            next: string | null;
        };
        /**
         * Misread
         * @description A scan that was called wrongly.
         */
        Misread: {
            /** Scan */
            scan: string;
            /** @description Its class, as the site knows it. */
            class: components["schemas"]["TumorClass"];
            predicted: components["schemas"]["TumorClass"];
            /** Confidence */
            confidence: number;
        };
        /**
         * Mistake
         * @description A test image that was called wrongly.
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
         * @description A model that is served.
         */
        ModelInfo: {
            /**
             * Name
             * @description Name for the query parameter `model`.
             */
            name: string;
            /**
             * Default
             * @description Whether it answers where no model is named.
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
             * @description Of the weights file.
             */
            sha256: string;
            input: components["schemas"]["InputSpec"];
            /** @description How good it was measured to be; null where it was not. */
            evaluation: components["schemas"]["Evaluation"] | null;
        };
        /**
         * ModelList
         * @description The models that are served.
         */
        ModelList: {
            /** Default */
            default: string;
            /** Models */
            models: components["schemas"]["ModelInfo"][];
        };
        /**
         * ModelPerformance
         * @description How one version of a model did.
         */
        ModelPerformance: {
            model: components["schemas"]["ModelRef"];
            performance: components["schemas"]["Performance"];
        };
        /**
         * ModelRef
         * @description Which model answered.
         */
        ModelRef: {
            /** Name */
            name: string;
            /** Version */
            version: string;
        };
        /**
         * NewKey
         * @description A key that was just made.
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
             * @description The last use, to the minute.
             */
            used_at: string | null;
            /**
             * Key
             * @description The key itself. It is shown this once.
             */
            key: string;
        };
        /**
         * Opinion
         * @description What a model says of a scan.
         */
        Opinion: {
            /** @description The class. */
            class: components["schemas"]["TumorClass"];
            /**
             * Confidence
             * @description Its calibrated probability.
             */
            confidence: number;
        };
        /**
         * OriginalProtocol
         * @description Accuracy as the original research measured it: on a random, stratified half of the test images.
         *
         *     The very half cannot be drawn again: the order in which its files were listed is not known.
         */
        OriginalProtocol: {
            /**
             * Images
             * @description Images of a half.
             */
            images: number;
            /**
             * Published
             * @description What the original research reported of its own network.
             */
            published: number;
            /**
             * Halves
             * @description Random halves drawn.
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
         * @description Tumors of unrecorded type, of the source that most 'no tumor' images come from.
         */
        OtherSource: {
            /** Images */
            images: number;
            /** @description Called any of the three tumors. */
            found: components["schemas"]["Proportion"];
            /**
             * Called
             * @description How many were called what.
             */
            called: {
                [key: string]: number;
            };
        };
        /**
         * Paper
         * @description Sizes of a page.
         * @enum {string}
         */
        Paper: "a4" | "letter";
        /**
         * PartMetrics
         * @description A part of the images.
         */
        PartMetrics: {
            /**
             * Images
             * @description How many images.
             */
            images: number;
            /**
             * Accuracy
             * @description Share called rightly.
             */
            accuracy: number;
        };
        /**
         * PartReport
         * @description A part of the test images.
         */
        PartReport: {
            /** Images */
            images: number;
            accuracy: components["schemas"]["Proportion"];
            /** @description Tumors that were called 'no tumor', of all tumors. */
            missed_tumors: components["schemas"]["Proportion"];
            /** Macro F1 */
            macro_f1: number;
            /**
             * Confusion
             * @description Rows: true class; columns: predicted; model order.
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
         * @description A new password in the place of the present one.
         */
        PasswordChange: {
            /**
             * Password
             * Format: password
             * @description The present password.
             */
            password: string;
            /**
             * New Password
             * Format: password
             * @description The password; those that are tried first are refused.
             */
            new_password: string;
        };
        /**
         * PasswordGiven
         * @description The password again, for what a browser left alone must not do.
         */
        PasswordGiven: {
            /**
             * Password
             * Format: password
             * @description The present password.
             */
            password: string;
        };
        /**
         * PasswordReset
         * @description A new password by a link.
         */
        PasswordReset: {
            /**
             * Token
             * Format: password
             * @description What stands behind a link's `=`.
             */
            token: string;
            /**
             * Password
             * Format: password
             * @description The password; those that are tried first are refused.
             */
            password: string;
        };
        /**
         * PatientIntervals
         * @description Intervals that know that scans of one patient are alike; wider than Wilson's where they are.
         */
        PatientIntervals: {
            /**
             * Patients
             * @description How many; a scan without a patient counts as one of its own.
             */
            patients: number;
            /** Resamples */
            resamples: number;
            accuracy: components["schemas"]["Interval"];
            /** @description Null where no scan is of a tumor. */
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
         * @description How a model did on some confirmed cases.
         */
        Performance: {
            /** Cases */
            cases: number;
            /**
             * Named
             * @description Those whose class was named; of the others a reader agreed with the answer.
             */
            named: number;
            /** @description Answered rightly. */
            accuracy: components["schemas"]["Proportion"];
            /** @description Expected calibration error, 15 bins; its interval by bootstrap. With few cases it is too high. */
            calibration_error: components["schemas"]["Estimate"];
            /**
             * Coverage
             * @description Of the answers that came with conformal sets.
             */
            coverage: components["schemas"]["app__models__feedback__SetCoverage"][];
        };
        /**
         * Period
         * @description What statistics over time are divided into.
         * @enum {string}
         */
        Period: "week" | "month";
        /**
         * PeriodPerformance
         * @description How one version of a model did in a period.
         */
        PeriodPerformance: {
            model: components["schemas"]["ModelRef"];
            performance: components["schemas"]["Performance"];
            /**
             * Begin
             * Format: date
             * @description The period's first day, UTC.
             */
            begin: string;
        };
        /**
         * PictureSize
         * @description How large a picture is.
         * @enum {string}
         */
        PictureSize: "full" | "thumbnail";
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
             * @description Its calibrated probability.
             */
            confidence: number;
        };
        /**
         * PredictionResponse
         * @description What the network says of a scan.
         */
        PredictionResponse: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            model: components["schemas"]["ModelRef"];
            prediction: components["schemas"]["PredictedClass"];
            /**
             * Probabilities
             * @description In the model's order; they sum to 1.
             */
            probabilities: components["schemas"]["ClassProbability"][];
            /** @description `answer`: the class may be taken for the network's answer; `uncertain`: ask a person; `outside`: the image is no brain MRI that the model knows, and the answer means nothing. */
            decision: components["schemas"]["Decision"];
            /**
             * In Distribution
             * @description Whether the image is a brain MRI like those the model knows; null where that is not known.
             */
            in_distribution: boolean | null;
            /** @description What `in_distribution` was told by; null where it is. */
            gate: components["schemas"]["GateBody"] | null;
            /** @description The set that decides; null where no thresholds were fitted to the weights. */
            prediction_set: components["schemas"]["PredictionSetBody"] | null;
            /**
             * Prediction Sets
             * @description From the smallest coverage to the largest.
             */
            prediction_sets: components["schemas"]["PredictionSetBody"][];
            /** @description Null where `heatmap=false`. */
            heatmap: components["schemas"]["HeatmapBody"] | null;
            explanation: components["schemas"]["ExplanationBody"];
            image: components["schemas"]["ImageInfo"];
            /** @description Null where one view was asked for. */
            agreement: components["schemas"]["AgreementBody"] | null;
            /**
             * Quality
             * @description How good the image is; what is not ok is among the warnings.
             */
            quality: components["schemas"]["QualityBody"][];
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
         * @description The classes that cannot be excluded (conformal prediction).
         */
        PredictionSetBody: {
            /**
             * Coverage
             * @description How often the true class is among them, for each class, of scans like those it was fitted to.
             */
            coverage: number;
            /**
             * Classes
             * @description From most to least probable.
             */
            classes: components["schemas"]["TumorClass"][];
        };
        /**
         * ProblemBody
         * @description An error, as RFC 9457 has it, plus what helps to mend the request.
         */
        ProblemBody: {
            /**
             * Type
             * @description Stable identifier of the kind of error.
             */
            type: string;
            /**
             * Title
             * @description The kind of error, in words.
             */
            title: string;
            /**
             * Status
             * @description The HTTP status, again.
             */
            status: number;
            /**
             * Detail
             * @description What was wrong this time, and what would be right.
             */
            detail: string;
            /**
             * Instance
             * @description The path that was asked for.
             */
            instance: string;
            /**
             * Request Id
             * @description The response's X-Request-ID, to quote when asking for help.
             */
            request_id: string;
            /**
             * Accepted
             * @description What would have been accepted.
             */
            accepted?: string[] | null;
            /**
             * Limit
             * @description The limit that was passed.
             */
            limit?: number | null;
            /**
             * Score
             * @description What passed the limit, where it was measured of the image.
             */
            score?: number | null;
            /**
             * Errors
             * @description Each fault, where there can be several.
             */
            errors?: components["schemas"]["FieldFault"][] | null;
        };
        /**
         * Proportion
         * @description A share, with its Wilson 95 % interval.
         */
        Proportion: {
            /**
             * Count
             * @description How many of `total`.
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
         * @description One measure of how good the image is.
         */
        QualityBody: {
            /**
             * Name
             * @description Stable; the code of the warning too.
             */
            name: string;
            /**
             * Value
             * @description What was measured.
             */
            value: number;
            /**
             * Bound
             * @description The furthest that is good: of nearly all images the network was trained on.
             */
            bound: number;
            /**
             * Ok
             * @description Whether the value is within the bound.
             */
            ok: boolean;
        };
        /**
         * RecordBody
         * @description A prediction of the history.
         */
        RecordBody: {
            /**
             * Id
             * Format: uuid
             * @description The id that the prediction was answered with.
             */
            id: string;
            /** @description What it was asked for by. */
            source: components["schemas"]["Source"];
            model: components["schemas"]["ModelRef"];
            prediction: components["schemas"]["PredictedClass"];
            /**
             * Probabilities
             * @description In the model's order; they sum to 1.
             */
            probabilities: components["schemas"]["ClassProbability"][];
            /** @description Null in records from before decisions were made. */
            decision?: components["schemas"]["Decision"] | null;
            /**
             * In Distribution
             * @description Whether the image was a brain MRI like those the model knows; null where that is not known.
             */
            in_distribution?: boolean | null;
            /** @description What `in_distribution` was told by; null where it is. */
            gate?: components["schemas"]["GateBody"] | null;
            /** @description The classes that could not be excluded; null where that is not known. */
            prediction_set?: components["schemas"]["PredictionSetBody"] | null;
            /**
             * Prediction Sets
             * @description From the smallest coverage to the largest.
             * @default []
             */
            prediction_sets: components["schemas"]["PredictionSetBody"][];
            /** @description Null where none was asked for. */
            heatmap: components["schemas"]["KeptHeatmap"] | null;
            image: components["schemas"]["ImageInfo"];
            timing_ms: components["schemas"]["TimingBody"];
            /** Warnings */
            warnings: components["schemas"]["WarningBody"][];
            /**
             * Created At
             * Format: date-time
             * @description UTC.
             */
            created_at: string;
            /** @description What its reader says of it; null where nobody did. */
            feedback: components["schemas"]["FeedbackBody"] | null;
            /**
             * Picture
             * @description Path of the picture on this server; null where it was not kept.
             */
            picture: string | null;
        };
        /**
         * RecordPage
         * @description A part of the history, newest first.
         */
        RecordPage: {
            /** Records */
            records: components["schemas"]["RecordBody"][];
            /**
             * Next
             * @description Cursor of the next page; null on the last.
             */
            next: string | null;
        };
        /**
         * RecoveryCodes
         * @description Codes that sign in once each in the place of the second factor; they are shown this once.
         */
        RecoveryCodes: {
            /** Recovery Codes */
            recovery_codes: string[];
        };
        /**
         * ReferenceFacts
         * @description What a reference was made of.
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
             * @description Of the weights that it belongs to.
             */
            weights_sha256: string;
            /**
             * Images
             * @description Validation images that answers are ranked among.
             */
            images: number;
            /**
             * Dataset
             * @description What they are of.
             */
            dataset: string;
            /**
             * Made On
             * Format: date
             * @description Day on which it was made.
             */
            made_on: string;
        };
        /**
         * ReliabilityBin
         * @description Predictions of one bin of confidence.
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
             * @description Share called rightly; null where the bin is empty.
             */
            accuracy: number | null;
        };
        /**
         * Report
         * @description All that was measured of one model.
         */
        Report: {
            /** Model */
            model: string;
            /** Version */
            version: string;
            /**
             * Sha256
             * @description Of the weights file.
             */
            sha256: string;
            /**
             * Evaluated On
             * Format: date
             */
            evaluated_on: string;
            /** Dataset */
            dataset: string;
            /** @description All images of the official test part. */
            test: components["schemas"]["PartReport"];
            /** @description Those without a copy, mirrored ones included, in the training part. */
            without_copies: components["schemas"]["PartReport"];
            /** @description Those whose label is not known to be wrong or in doubt. */
            undisputed: components["schemas"]["PartReport"];
            /**
             * Disputed
             * @description What the others were called; their labels count above.
             */
            disputed: {
                [key: string]: number;
            };
            /**
             * Origins
             * @description Accuracy by the prefix of the file names, which tells a source.
             */
            origins: {
                [key: string]: components["schemas"]["Proportion"];
            };
            /** @description Null where no such images were given. */
            other_source: components["schemas"]["OtherSource"] | null;
            /** Corruptions */
            corruptions: components["schemas"]["CorruptionReport"][];
            /**
             * Corruption Mean
             * @description Mean accuracy over the corruptions; null where none were run.
             */
            corruption_mean: number | null;
            /** @description On some tumors of the test part; null where not run. */
            heatmaps: components["schemas"]["HeatmapChecks"] | null;
            original_protocol: components["schemas"]["OriginalProtocol"];
            /** Peers */
            peers: components["schemas"]["Peer"][];
            /**
             * Mistakes
             * @description Of all test images, the most confident first.
             */
            mistakes: components["schemas"]["Mistake"][];
        };
        /**
         * ResetRequest
         * @description Who has forgotten the password.
         */
        ResetRequest: {
            /**
             * Email
             * @description An e-mail.
             * @example reader@example.org
             */
            email: string;
        };
        /**
         * RiskAtCoverage
         * @description The errors left if only the most confident predictions are taken.
         */
        RiskAtCoverage: {
            /** Coverage */
            coverage: number;
            /**
             * Risk
             * @description Share called wrongly of those taken.
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
            /** @description Its class in the data set. */
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
             * @description Path of the image on this server.
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
         * @description What an identity may do.
         * @enum {string}
         */
        Scope: "predict" | "read" | "admin";
        /**
         * SecondFactorBegun
         * @description What an authenticator app is given.
         */
        SecondFactorBegun: {
            /** Secret */
            secret: string;
            /**
             * Uri
             * @description The same, as it is in the QR code.
             */
            uri: string;
            /**
             * Qr Code
             * @description The QR code to show, as a data URL of an SVG.
             */
            qr_code: string;
        };
        /**
         * Selection
         * @description What the confirmed cases are a part of.
         */
        Selection: {
            /**
             * Answers
             * @description Predictions of the time, answers to samples included.
             */
            answers: number;
            /**
             * Confirmed
             * @description Those that are confirmed.
             */
            confirmed: number;
            /**
             * Lowest
             * @description Accuracy over all, were every answer wrong that is not confirmed.
             */
            lowest: number | null;
            /**
             * Highest
             * @description Accuracy over all, were every one of them right.
             */
            highest: number | null;
            /**
             * Caution
             * @description What the figures do not say.
             */
            caution: string;
        };
        /**
         * SessionBody
         * @description The session that a request came with, or has begun.
         */
        SessionBody: {
            /**
             * Complete
             * @description False where the second factor is still to be shown.
             */
            complete: boolean;
            /** @description Whose it is; null while it is not complete. */
            account: components["schemas"]["AccountBody"] | null;
            /**
             * Scopes
             * @description What it may do.
             */
            scopes: components["schemas"]["Scope"][];
            /**
             * Second Factor Needed
             * @description True for an administrator who must set one up to administer.
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
         * @description A session, as a list shows it.
         */
        SessionInfo: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Current
             * @description Whether it is the one that asks.
             */
            current: boolean;
            /**
             * Address
             * @description Where it was begun from.
             */
            address: string;
            /**
             * User Agent
             * @description What the browser called itself then.
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
             * @description The last use, to the minute.
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
         * @description One's sessions.
         */
        SessionList: {
            /** Sessions */
            sessions: components["schemas"]["SessionInfo"][];
        };
        /**
         * SetSpec
         * @description Conformal prediction sets of one coverage.
         */
        SetSpec: {
            /**
             * Coverage
             * @description Share of the images of each class whose set holds that class.
             */
            coverage: number;
            /**
             * Thresholds
             * @description A class belongs to the set where its nonconformity score is at most this.
             */
            thresholds: {
                [key: string]: number;
            };
        };
        /**
         * ShadowOverview
         * @description What is known of the shadow model.
         */
        ShadowOverview: {
            /**
             * Model
             * @description The model that runs beside the others; null where none does.
             */
            model: string | null;
            /**
             * Share
             * @description Share of the answers that it is asked about too.
             */
            share: number;
            /**
             * Waiting
             * @description Scans that wait for it in this process.
             */
            waiting: number;
            /**
             * Dropped
             * @description Scans that it was not asked about because the service had no time.
             */
            dropped: number;
            /** Pairs */
            pairs: components["schemas"]["ShadowPair"][];
            /**
             * Disagreements
             * @description The newest first.
             */
            disagreements: components["schemas"]["Disagreement"][];
        };
        /**
         * ShadowPair
         * @description A model that answered, and one that ran beside it.
         */
        ShadowPair: {
            served: components["schemas"]["ModelRef"];
            shadow: components["schemas"]["ModelRef"];
            /** @description How often they said different things. */
            disagreement: components["schemas"]["Proportion"];
            /**
             * Classes
             * @description What they said.
             */
            classes: components["schemas"]["ClassPair"][];
        };
        /**
         * SignUpRequest
         * @description A new account.
         */
        SignUpRequest: {
            /**
             * Email
             * @description An e-mail.
             * @example reader@example.org
             */
            email: string;
            /**
             * Password
             * Format: password
             * @description The password; those that are tried first are refused.
             */
            password: string;
            /**
             * Token
             * @description Of a link for setting up or an invitation.
             */
            token?: string | null;
        };
        /**
         * SiteFile
         * @description Written by `python -m app evaluate FOLDER --fit FILE`; the service takes it with `SITE_FILE`.
         */
        SiteFile: {
            /**
             * Model
             * @description Name of the model it is for.
             */
            model: string;
            /**
             * Sha256
             * @description Of the weights file it was fitted to.
             */
            sha256: string;
            /**
             * Fitted On
             * Format: date
             * @description UTC.
             */
            fitted_on: string;
            /**
             * Scans
             * @description How many of each class it was fitted to.
             */
            scans: {
                [key: string]: number;
            };
            /**
             * Patients
             * @description How many; null where that is not known.
             */
            patients: number | null;
            /**
             * Temperature
             * @description Logits are divided by it before the softmax.
             */
            temperature: number;
            /** @description Null where the model has none to replace. */
            thresholds: components["schemas"]["SiteThresholds"] | null;
        };
        /**
         * SiteFit
         * @description A fit to a site's scans, and what it is worth on scans that it has not seen.
         *
         *     The figures are cross-fitted: each part of the scans is measured with what was fitted to the other parts. Scans of
         *     one patient are never divided. The file is fitted to all of them.
         */
        SiteFit: {
            /** Folds */
            folds: number;
            /**
             * Temperature Kept
             * @description Why the temperature is still the one that was served; null where it was fitted.
             */
            temperature_kept: string | null;
            /** @description Cross-fitted; its temperature is that of the file. */
            calibration: components["schemas"]["Calibration"];
            /**
             * Sets
             * @description Cross-fitted; none where the model has no thresholds.
             */
            sets: components["schemas"]["FittedCoverage"][];
            /**
             * Answered
             * @description Share with the decision `answer`, cross-fitted; null where the model has no thresholds.
             */
            answered: number | null;
            /**
             * Right Where Answered
             * @description Share of those that were called rightly.
             */
            right_where_answered: number | null;
            /**
             * Outside
             * @description Share that the fitted gate refuses; null without a gate.
             */
            outside: number | null;
            /** @description For `SITE_FILE`. */
            file: components["schemas"]["SiteFile"];
        };
        /**
         * SiteThresholds
         * @description What replaces a model's thresholds.
         */
        SiteThresholds: {
            /**
             * Gate Threshold
             * @description An OOD score above it is outside. Null keeps the model's own.
             */
            gate_threshold: number | null;
            /**
             * Gate Sha256
             * @description Of the gate's statistics that give the score.
             */
            gate_sha256: string;
            /**
             * Sets
             * @description From the smallest coverage to the largest.
             */
            sets: components["schemas"]["SetSpec"][];
            /**
             * Min Confidence
             * @description Less confident answers are uncertain.
             */
            min_confidence: number;
        };
        /**
         * Source
         * @description What a prediction was asked for by.
         * @enum {string}
         */
        Source: "upload" | "sample" | "batch" | "report";
        /**
         * TimingBody
         * @description Milliseconds of each step.
         */
        TimingBody: {
            /**
             * Wait
             * @description Until a worker was free.
             */
            wait: number;
            /**
             * Read
             * @description Decoding and resizing.
             */
            read: number;
            /**
             * Forward
             * @description The network.
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
             * @description From the upload's end to the answer.
             */
            total: number;
        };
        /**
         * Trusted
         * @description What the answers' decisions, sets and gate are worth on these scans.
         */
        Trusted: {
            /** @description Scans that the gate takes for no brain MRI; null without a gate. */
            outside: components["schemas"]["Proportion"] | null;
            /**
             * Decisions
             * @description Scans with each decision.
             */
            decisions: {
                [key: string]: components["schemas"]["Proportion"];
            };
            /** @description Called rightly, of those with the decision `answer`. */
            right_where_answered: components["schemas"]["Proportion"];
            /** Sets */
            sets: components["schemas"]["app__models__evaluation__SetCoverage"][];
        };
        /**
         * TumorClass
         * @description Class ids, in the order of the network's logits.
         * @enum {string}
         */
        TumorClass: "glioma" | "meningioma" | "notumor" | "pituitary";
        /**
         * Verdict
         * @description That a reader agrees with the answer, or the class that was confirmed.
         * @enum {string}
         */
        Verdict: "agree" | "glioma" | "meningioma" | "notumor" | "pituitary";
        /**
         * WarningBody
         * @description Something a reader of the result should know.
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
         * @description Which accounts' cases.
         * @enum {string}
         */
        Whose: "own" | "all";
        /**
         * SetCoverage
         * @description Prediction sets of one coverage, on these scans.
         */
        app__models__evaluation__SetCoverage: {
            /**
             * Coverage
             * @description The share that the thresholds promise, of each class.
             */
            coverage: number;
            /** @description Scans whose set has their class. */
            covered: components["schemas"]["Proportion"];
            /** Per Class */
            per_class: {
                [key: string]: components["schemas"]["Proportion"];
            };
            /**
             * Mean Size
             * @description Classes in a set, on average.
             */
            mean_size: number;
        };
        /**
         * SetCoverage
         * @description Whether the conformal sets of one coverage hold what they promise.
         */
        app__models__feedback__SetCoverage: {
            /**
             * Promised
             * @description Share of cases whose set should hold the confirmed class.
             */
            promised: number;
            /** @description How many did. */
            held: components["schemas"]["Proportion"];
            /**
             * Mean Size
             * @description Classes in a set, on average.
             */
            mean_size: number;
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
                /** @description Name of the model; the default one where absent. */
                model?: string | null;
                /** @description Whether to make a heat-map. */
                heatmap?: boolean;
                /** @description Whether to ask Gemini for the explanation. The built-in one is always there. */
                explain?: boolean;
                /** @description The class the heat-map explains; the predicted one where absent. */
                target?: components["schemas"]["TumorClass"] | null;
                /** @description How often the network looks: beyond once at the scan mirrored, shifted and turned a little. The answer is that of the scan as it is; `agreement` tells whether the others say the same. Each view takes a forward pass, and counts as a prediction where predictions are limited. */
                views?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["Body_create_prediction"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
                /** @description Name of the model; the default one where absent. */
                model?: string | null;
                /** @description Whether to make a heat-map. */
                heatmap?: boolean;
                /** @description Whether to ask Gemini for the explanation. The built-in one is always there. */
                explain?: boolean;
                /** @description The class the heat-map explains; the predicted one where absent. */
                target?: components["schemas"]["TumorClass"] | null;
                /** @description How often the network looks: beyond once at the scan mirrored, shifted and turned a little. The answer is that of the scan as it is; `agreement` tells whether the others say the same. Each view takes a forward pass, and counts as a prediction where predictions are limited. */
                views?: number;
            };
            header?: never;
            path: {
                /** @description Name of the sample. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
                /** @description Name of the model; the default one where absent. */
                model?: string | null;
                /** @description Whether to make a heat-map. */
                heatmap?: boolean;
                /** @description Whether to ask Gemini for the explanation. The built-in one is always there. */
                explain?: boolean;
                /** @description The class the heat-map explains; the predicted one where absent. */
                target?: components["schemas"]["TumorClass"] | null;
                /** @description How often the network looks: beyond once at the scan mirrored, shifted and turned a little. The answer is that of the scan as it is; `agreement` tells whether the others say the same. Each view takes a forward pass, and counts as a prediction where predictions are limited. */
                views?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["Body_create_prediction_batch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
                    "Retry-After"?: number;
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
                /** @description Name of the model; the default one where absent. */
                model?: string | null;
                /** @description Whether to make a heat-map. */
                heatmap?: boolean;
                /** @description Whether to ask Gemini for the explanation. The built-in one is always there. */
                explain?: boolean;
                /** @description The class the heat-map explains; the predicted one where absent. */
                target?: components["schemas"]["TumorClass"] | null;
                /** @description How often the network looks: beyond once at the scan mirrored, shifted and turned a little. The answer is that of the scan as it is; `agreement` tells whether the others say the same. Each view takes a forward pass, and counts as a prediction where predictions are limited. */
                views?: number;
                /** @description Name of a sample image, in the place of a file. */
                sample?: string | null;
                /** @description Size of a PDF's pages. */
                paper?: components["schemas"]["Paper"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "multipart/form-data": components["schemas"]["Body_create_report"];
            };
        };
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    measure_evaluation_scans: {
        parameters: {
            query?: {
                /** @description Name of the model; the default one where absent. */
                model?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["Body_measure_evaluation_scans"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                /** @description Name of the model. */
                model?: string | null;
                /** @description Made at this time or later, as in `2026-11-25T00:00:00Z`. */
                since?: string | null;
                /** @description Made before this time. */
                until?: string | null;
                /** @description `next` of the page before. */
                cursor?: string | null;
                /** @description Most records on the page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                /** @description Name of the model. */
                model?: string | null;
                /** @description Made at this time or later, as in `2026-11-25T00:00:00Z`. */
                since?: string | null;
                /** @description Made before this time. */
                until?: string | null;
                /** @description `zip` has both others in it, and the pictures that were kept. */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                /** @description How large. */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                /** @description `all` accounts' cases are for administrators. */
                whose?: components["schemas"]["Whose"];
                /** @description What they are divided into. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                /** @description Most disagreements that are listed. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
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
                    /** @description Seconds until trying again makes sense. */
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
                /** @description Name of the model; the default one where absent. */
                model?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                /** @description Name of the model; the default one where absent. */
                model?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
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
            /** @description Successful Response */
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
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthStatus"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
                /** @description Those that come after this one. */
                after?: string | null;
                /** @description At most so many. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
            /** @description Successful Response */
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
                    /** @description Seconds until trying again makes sense. */
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
