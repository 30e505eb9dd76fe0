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
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
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
            /** @description Null where `heatmap=false`. */
            heatmap: components["schemas"]["HeatmapBody"] | null;
            explanation: components["schemas"]["ExplanationBody"];
            image: components["schemas"]["ImageInfo"];
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
         * TumorClass
         * @description Class ids, in the order of the network's logits.
         * @enum {string}
         */
        TumorClass: "glioma" | "meningioma" | "notumor" | "pituitary";
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
                    /**
                     * @example {
                     *       "id": "dcb6125c-0adf-4625-80c5-fde345c09ab8",
                     *       "model": {
                     *         "name": "xception",
                     *         "version": "0.1.0"
                     *       },
                     *       "prediction": {
                     *         "class": "meningioma",
                     *         "label": "Meningioma",
                     *         "confidence": 0.993691758910483
                     *       },
                     *       "probabilities": [
                     *         {
                     *           "class": "glioma",
                     *           "label": "Glioma",
                     *           "probability": 0.004777241485399679
                     *         },
                     *         {
                     *           "class": "meningioma",
                     *           "label": "Meningioma",
                     *           "probability": 0.993691758910483
                     *         },
                     *         {
                     *           "class": "notumor",
                     *           "label": "No tumor",
                     *           "probability": 0.0005942591876067532
                     *         },
                     *         {
                     *           "class": "pituitary",
                     *           "label": "Pituitary tumor",
                     *           "probability": 0.0009367404165106118
                     *         }
                     *       ],
                     *       "heatmap": {
                     *         "method": "grad-cam",
                     *         "layer": "block14_sepconv2_act",
                     *         "target": "meningioma",
                     *         "overlay": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAS…",
                     *         "focus": {
                     *           "x": 0.7170282073330465,
                     *           "y": 0.4390987776012781,
                     *           "area": 0.0933
                     *         }
                     *       },
                     *       "explanation": {
                     *         "source": "built-in",
                     *         "model": null,
                     *         "text": "The network reads this slice as a meningioma, with a probability of 99.4 %. It hardly considers anything else: next comes a glioma with 0.5 %.\n\nWhat speaks for a meningioma lies in a limited area (9.3 % of the picture) in the right part of the image, at mid-height. The heat shows what the network used, on a coarse grid; it is not the outline of a lesion.\n\nMeningioma: a tumor that arises from the meninges, the membranes around the brain and spinal cord. Most are benign and grow slowly. Typically it lies outside the brain tissue, against the skull or a fold of the membranes and usually has a sharp, rounded border.\n\nThe network sees one slice and knows four answers. Whether it is right has to be judged by a physician who knows the whole examination and the patient.",
                     *         "notice": null
                     *       },
                     *       "image": {
                     *         "width": 290,
                     *         "height": 339,
                     *         "format": "JPEG",
                     *         "mode": "RGB"
                     *       },
                     *       "timing_ms": {
                     *         "wait": 0.1,
                     *         "read": 3.57,
                     *         "forward": 121.28,
                     *         "heatmap": 9.29,
                     *         "explanation": 0.09,
                     *         "total": 134.52
                     *       },
                     *       "warnings": [],
                     *       "disclaimer": "Research software that supports reading a scan. It is not a medical device, gives no diagnosis and never replaces a physician; its answer can be wrong.",
                     *       "created_at": "2026-11-24T23:58:20.556988Z"
                     *     }
                     */
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
                    /**
                     * @example {
                     *       "id": "dcb6125c-0adf-4625-80c5-fde345c09ab8",
                     *       "model": {
                     *         "name": "xception",
                     *         "version": "0.1.0"
                     *       },
                     *       "prediction": {
                     *         "class": "meningioma",
                     *         "label": "Meningioma",
                     *         "confidence": 0.993691758910483
                     *       },
                     *       "probabilities": [
                     *         {
                     *           "class": "glioma",
                     *           "label": "Glioma",
                     *           "probability": 0.004777241485399679
                     *         },
                     *         {
                     *           "class": "meningioma",
                     *           "label": "Meningioma",
                     *           "probability": 0.993691758910483
                     *         },
                     *         {
                     *           "class": "notumor",
                     *           "label": "No tumor",
                     *           "probability": 0.0005942591876067532
                     *         },
                     *         {
                     *           "class": "pituitary",
                     *           "label": "Pituitary tumor",
                     *           "probability": 0.0009367404165106118
                     *         }
                     *       ],
                     *       "heatmap": {
                     *         "method": "grad-cam",
                     *         "layer": "block14_sepconv2_act",
                     *         "target": "meningioma",
                     *         "overlay": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAS…",
                     *         "focus": {
                     *           "x": 0.7170282073330465,
                     *           "y": 0.4390987776012781,
                     *           "area": 0.0933
                     *         }
                     *       },
                     *       "explanation": {
                     *         "source": "built-in",
                     *         "model": null,
                     *         "text": "The network reads this slice as a meningioma, with a probability of 99.4 %. It hardly considers anything else: next comes a glioma with 0.5 %.\n\nWhat speaks for a meningioma lies in a limited area (9.3 % of the picture) in the right part of the image, at mid-height. The heat shows what the network used, on a coarse grid; it is not the outline of a lesion.\n\nMeningioma: a tumor that arises from the meninges, the membranes around the brain and spinal cord. Most are benign and grow slowly. Typically it lies outside the brain tissue, against the skull or a fold of the membranes and usually has a sharp, rounded border.\n\nThe network sees one slice and knows four answers. Whether it is right has to be judged by a physician who knows the whole examination and the patient.",
                     *         "notice": null
                     *       },
                     *       "image": {
                     *         "width": 290,
                     *         "height": 339,
                     *         "format": "JPEG",
                     *         "mode": "RGB"
                     *       },
                     *       "timing_ms": {
                     *         "wait": 0.1,
                     *         "read": 3.57,
                     *         "forward": 121.28,
                     *         "heatmap": 9.29,
                     *         "explanation": 0.09,
                     *         "total": 134.52
                     *       },
                     *       "warnings": [],
                     *       "disclaimer": "Research software that supports reading a scan. It is not a medical device, gives no diagnosis and never replaces a physician; its answer can be wrong.",
                     *       "created_at": "2026-11-24T23:58:20.556988Z"
                     *     }
                     */
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
                    /**
                     * @example {
                     *       "succeeded": 1,
                     *       "failed": 1,
                     *       "results": [
                     *         {
                     *           "index": 0,
                     *           "prediction": {
                     *             "id": "f50dfef0-a732-4e26-b7e5-f404a7cc013f",
                     *             "model": {
                     *               "name": "xception",
                     *               "version": "0.1.0"
                     *             },
                     *             "prediction": {
                     *               "class": "meningioma",
                     *               "label": "Meningioma",
                     *               "confidence": 0.993691758910483
                     *             },
                     *             "probabilities": [
                     *               {
                     *                 "class": "glioma",
                     *                 "label": "Glioma",
                     *                 "probability": 0.004777241485399679
                     *               },
                     *               {
                     *                 "class": "meningioma",
                     *                 "label": "Meningioma",
                     *                 "probability": 0.993691758910483
                     *               },
                     *               {
                     *                 "class": "notumor",
                     *                 "label": "No tumor",
                     *                 "probability": 0.0005942591876067532
                     *               },
                     *               {
                     *                 "class": "pituitary",
                     *                 "label": "Pituitary tumor",
                     *                 "probability": 0.0009367404165106118
                     *               }
                     *             ],
                     *             "heatmap": {
                     *               "method": "grad-cam",
                     *               "layer": "block14_sepconv2_act",
                     *               "target": "meningioma",
                     *               "overlay": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAS…",
                     *               "focus": {
                     *                 "x": 0.7170282073330465,
                     *                 "y": 0.4390987776012781,
                     *                 "area": 0.0933
                     *               }
                     *             },
                     *             "explanation": {
                     *               "source": "built-in",
                     *               "model": null,
                     *               "text": "The network reads this slice as a meningioma, with a probability of 99.4 %. It hardly considers anything else: next comes a glioma with 0.5 %.\n\nWhat speaks for a meningioma lies in a limited area (9.3 % of the picture) in the right part of the image, at mid-height. The heat shows what the network used, on a coarse grid; it is not the outline of a lesion.\n\nMeningioma: a tumor that arises from the meninges, the membranes around the brain and spinal cord. Most are benign and grow slowly. Typically it lies outside the brain tissue, against the skull or a fold of the membranes and usually has a sharp, rounded border.\n\nThe network sees one slice and knows four answers. Whether it is right has to be judged by a physician who knows the whole examination and the patient.",
                     *               "notice": null
                     *             },
                     *             "image": {
                     *               "width": 290,
                     *               "height": 339,
                     *               "format": "JPEG",
                     *               "mode": "RGB"
                     *             },
                     *             "timing_ms": {
                     *               "wait": 0.35,
                     *               "read": 4.62,
                     *               "forward": 127.84,
                     *               "heatmap": 10.28,
                     *               "explanation": 0.08,
                     *               "total": 143.53
                     *             },
                     *             "warnings": [],
                     *             "disclaimer": "Research software that supports reading a scan. It is not a medical device, gives no diagnosis and never replaces a physician; its answer can be wrong.",
                     *             "created_at": "2026-11-24T23:58:20.716752Z"
                     *           },
                     *           "problem": null
                     *         },
                     *         {
                     *           "index": 1,
                     *           "prediction": null,
                     *           "problem": {
                     *             "type": "urn:problem:unreadable-image",
                     *             "title": "The image cannot be read",
                     *             "status": 400,
                     *             "detail": "The file is empty (0 bytes).",
                     *             "instance": "/api/v1/predictions/batch",
                     *             "request_id": "78e2e8c383e84e3c8150ee4402581034",
                     *             "accepted": [
                     *               "JPEG",
                     *               "PNG",
                     *               "WebP",
                     *               "BMP",
                     *               "TIFF",
                     *               "GIF"
                     *             ],
                     *             "limit": null,
                     *             "errors": null
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
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
                    /**
                     * @example {
                     *       "samples": [
                     *         {
                     *           "name": "Te-gl_0010.jpg",
                     *           "class": "glioma",
                     *           "label": "Glioma",
                     *           "width": 512,
                     *           "height": 512,
                     *           "bytes": 22535,
                     *           "url": "/api/v1/samples/Te-gl_0010.jpg"
                     *         },
                     *         {
                     *           "name": "Te-gl_0011.jpg",
                     *           "class": "glioma",
                     *           "label": "Glioma",
                     *           "width": 512,
                     *           "height": 512,
                     *           "bytes": 23629,
                     *           "url": "/api/v1/samples/Te-gl_0011.jpg"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SampleList"];
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
                    /**
                     * @example {
                     *       "classes": [
                     *         {
                     *           "id": "glioma",
                     *           "name": "Glioma",
                     *           "description": "A tumor that arises from the glial cells, the supporting tissue inside the brain. Gliomas range from slow-growing to highly aggressive.",
                     *           "characteristics": [
                     *             "lies within the brain tissue itself",
                     *             "often has blurred, irregular borders",
                     *             "may be surrounded by swelling (edema)",
                     *             "aggressive forms often show ring-like contrast enhancement around a dark centre"
                     *           ]
                     *         },
                     *         {
                     *           "id": "meningioma",
                     *           "name": "Meningioma",
                     *           "description": "A tumor that arises from the meninges, the membranes around the brain and spinal cord. Most are benign and grow slowly.",
                     *           "characteristics": [
                     *             "lies outside the brain tissue, against the skull or a fold of the membranes",
                     *             "usually has a sharp, rounded border",
                     *             "usually enhances evenly with contrast agent",
                     *             "may show a thickened 'dural tail' where it meets the membrane"
                     *           ]
                     *         },
                     *         {
                     *           "id": "notumor",
                     *           "name": "No tumor",
                     *           "description": "None of the three tumor types was recognised. This does not rule out a tumor, nor any other disease: the network knows only these four classes.",
                     *           "characteristics": [
                     *             "no mass visible to the network on this slice",
                     *             "both halves of the brain look broadly alike",
                     *             "a lesion on another slice of the same examination would not be seen"
                     *           ]
                     *         },
                     *         {
                     *           "id": "pituitary",
                     *           "name": "Pituitary tumor",
                     *           "description": "A tumor of the pituitary, the hormone gland at the base of the brain. Most are benign adenomas; they can disturb hormones or press on the optic nerves.",
                     *           "characteristics": [
                     *             "lies in or above the sella turcica, in the middle of the skull base",
                     *             "usually rounded, and larger ones extend upwards",
                     *             "often enhances differently from the normal gland"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ClassList"];
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
                    /**
                     * @example {
                     *       "default": "xception",
                     *       "models": [
                     *         {
                     *           "name": "cnn",
                     *           "default": false,
                     *           "version": "1.0.0",
                     *           "architecture": "cnn",
                     *           "description": "Compact network of depthwise separable convolutions, trained from scratch on the Kaggle Brain Tumor MRI Dataset and, under a partial label, on the tumor half of Br35H.",
                     *           "sha256": "23c2eac0be663d0f30cbb1509b0399203a30e7c88c43559c6fb211f0c89b2642",
                     *           "input": {
                     *             "height": 224,
                     *             "width": 224,
                     *             "channels": 1
                     *           },
                     *           "evaluation": {
                     *             "dataset": "Kaggle Brain Tumor MRI Dataset, official test split",
                     *             "evaluated_on": "2026-11-24",
                     *             "images": 1311,
                     *             "accuracy": 0.9870327993897788,
                     *             "without_copies": {
                     *               "images": 337,
                     *               "accuracy": 0.973293768545994
                     *             },
                     *             "tumors": 906,
                     *             "tumors_called_notumor": 0,
                     *             "other_source_tumors": 300,
                     *             "other_source_tumors_found": 285,
                     *             "ece": 0.030040671271178425,
                     *             "nll": 0.07789541840569313,
                     *             "per_class": {
                     *               "glioma": {
                     *                 "sensitivity": 0.98,
                     *                 "specificity": 0.9980217606330366,
                     *                 "images": 300
                     *               },
                     *               "meningioma": {
                     *                 "sensitivity": 0.9967320261437909,
                     *                 "specificity": 0.9870646766169154,
                     *                 "images": 306
                     *               },
                     *               "notumor": {
                     *                 "sensitivity": 0.9827160493827161,
                     *                 "specificity": 1,
                     *                 "images": 405
                     *               },
                     *               "pituitary": {
                     *                 "sensitivity": 0.99,
                     *                 "specificity": 0.9980217606330366,
                     *                 "images": 300
                     *               }
                     *             }
                     *           }
                     *         },
                     *         {
                     *           "name": "xception",
                     *           "default": true,
                     *           "version": "0.1.0",
                     *           "architecture": "xception",
                     *           "description": "Xception (ImageNet) fine-tuned on the Kaggle Brain Tumor MRI Dataset and, under a partial label, on the tumor half of Br35H. A first trained floor, older than the audit's split: of the other source no tumors were held out from it. The temperature was fitted on 320 training images set aside.",
                     *           "sha256": "55cdaae8ebd09d6fe06066edc1572b8d23bf9fb06c6244112d47982df7a9f73e",
                     *           "input": {
                     *             "height": 299,
                     *             "width": 299,
                     *             "channels": 3
                     *           },
                     *           "evaluation": {
                     *             "dataset": "Kaggle Brain Tumor MRI Dataset, official test split",
                     *             "evaluated_on": "2026-11-24",
                     *             "images": 1311,
                     *             "accuracy": 0.9786422578184591,
                     *             "without_copies": {
                     *               "images": 337,
                     *               "accuracy": 0.9762611275964391
                     *             },
                     *             "tumors": 906,
                     *             "tumors_called_notumor": 0,
                     *             "other_source_tumors": null,
                     *             "other_source_tumors_found": null,
                     *             "ece": 0.009047754067853653,
                     *             "nll": 0.06676752560599626,
                     *             "per_class": {
                     *               "glioma": {
                     *                 "sensitivity": 0.9833333333333333,
                     *                 "specificity": 0.9930761622156281,
                     *                 "images": 300
                     *               },
                     *               "meningioma": {
                     *                 "sensitivity": 0.9771241830065359,
                     *                 "specificity": 0.9830845771144279,
                     *                 "images": 306
                     *               },
                     *               "notumor": {
                     *                 "sensitivity": 0.9703703703703703,
                     *                 "specificity": 1,
                     *                 "images": 405
                     *               },
                     *               "pituitary": {
                     *                 "sensitivity": 0.9866666666666667,
                     *                 "specificity": 0.9960435212660732,
                     *                 "images": 300
                     *               }
                     *             }
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ModelList"];
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
                    /**
                     * @example {
                     *       "model": "xception",
                     *       "version": "0.1.0",
                     *       "sha256": "55cdaae8ebd09d6fe06066edc1572b8d23bf9fb06c6244112d47982df7a9f73e",
                     *       "evaluated_on": "2026-11-24",
                     *       "dataset": "Kaggle Brain Tumor MRI Dataset, official test split",
                     *       "test": {
                     *         "images": 1311,
                     *         "accuracy": {
                     *           "count": 1283,
                     *           "total": 1311,
                     *           "value": 0.9786422578184591,
                     *           "low": 0.969305215825263,
                     *           "high": 0.985182484255044
                     *         },
                     *         "missed_tumors": {
                     *           "count": 0,
                     *           "total": 906,
                     *           "value": 0,
                     *           "low": 0,
                     *           "high": 0.004222118901542796
                     *         },
                     *         "macro_f1": 0.9782775772153033,
                     *         "confusion": [
                     *           [
                     *             295,
                     *             5,
                     *             0,
                     *             0
                     *           ],
                     *           [
                     *             3,
                     *             299,
                     *             0,
                     *             4
                     *           ],
                     *           [
                     *             3,
                     *             9,
                     *             393,
                     *             0
                     *           ],
                     *           [
                     *             1,
                     *             3,
                     *             0,
                     *             296
                     *           ]
                     *         ],
                     *         "per_class": {
                     *           "glioma": {
                     *             "images": 300,
                     *             "sensitivity": {
                     *               "count": 295,
                     *               "total": 300,
                     *               "value": 0.9833333333333333,
                     *               "low": 0.9615846051669054,
                     *               "high": 0.9928605226493666
                     *             },
                     *             "specificity": {
                     *               "count": 1004,
                     *               "total": 1011,
                     *               "value": 0.9930761622156281,
                     *               "low": 0.9857773499550487,
                     *               "high": 0.9966421120548824
                     *             },
                     *             "ppv": {
                     *               "count": 295,
                     *               "total": 302,
                     *               "value": 0.9768211920529801,
                     *               "low": 0.9529365677710671,
                     *               "high": 0.9887277870567914
                     *             },
                     *             "f1": 0.9800664451827242,
                     *             "auroc": 0.9990273656445763
                     *           },
                     *           "meningioma": {
                     *             "images": 306,
                     *             "sensitivity": {
                     *               "count": 299,
                     *               "total": 306,
                     *               "value": 0.9771241830065359,
                     *               "low": 0.9535417465456081,
                     *               "high": 0.988875711438867
                     *             },
                     *             "specificity": {
                     *               "count": 988,
                     *               "total": 1005,
                     *               "value": 0.9830845771144279,
                     *               "low": 0.9730778031246832,
                     *               "high": 0.9894123795597896
                     *             },
                     *             "ppv": {
                     *               "count": 299,
                     *               "total": 316,
                     *               "value": 0.9462025316455697,
                     *               "low": 0.9155433184757537,
                     *               "high": 0.9661435054894024
                     *             },
                     *             "f1": 0.9614147909967846,
                     *             "auroc": 0.9980164536793158
                     *           },
                     *           "notumor": {
                     *             "images": 405,
                     *             "sensitivity": {
                     *               "count": 393,
                     *               "total": 405,
                     *               "value": 0.9703703703703703,
                     *               "low": 0.948930719917281,
                     *               "high": 0.9829708565495405
                     *             },
                     *             "specificity": {
                     *               "count": 906,
                     *               "total": 906,
                     *               "value": 1,
                     *               "low": 0.9957778810984572,
                     *               "high": 1
                     *             },
                     *             "ppv": {
                     *               "count": 393,
                     *               "total": 393,
                     *               "value": 1,
                     *               "low": 0.9903199155851562,
                     *               "high": 1
                     *             },
                     *             "f1": 0.9849624060150376,
                     *             "auroc": 0.9998119532335867
                     *           },
                     *           "pituitary": {
                     *             "images": 300,
                     *             "sensitivity": {
                     *               "count": 296,
                     *               "total": 300,
                     *               "value": 0.9866666666666667,
                     *               "low": 0.9662244697474675,
                     *               "high": 0.9948030382606411
                     *             },
                     *             "specificity": {
                     *               "count": 1007,
                     *               "total": 1011,
                     *               "value": 0.9960435212660732,
                     *               "low": 0.9898713560193946,
                     *               "high": 0.9984603595231942
                     *             },
                     *             "ppv": {
                     *               "count": 296,
                     *               "total": 300,
                     *               "value": 0.9866666666666667,
                     *               "low": 0.9662244697474675,
                     *               "high": 0.9948030382606411
                     *             },
                     *             "f1": 0.9866666666666667,
                     *             "auroc": 0.9995548961424332
                     *           }
                     *         },
                     *         "uncalibrated": {
                     *           "temperature": 1,
                     *           "nll": 0.08761273681852833,
                     *           "brier": 0.03346312706289793,
                     *           "ece": 0.0315860564570211,
                     *           "bins": []
                     *         },
                     *         "calibrated": {
                     *           "temperature": 0.63,
                     *           "nll": 0.06676752560599626,
                     *           "brier": 0.03309618136603405,
                     *           "ece": 0.009047754067853653,
                     *           "bins": []
                     *         },
                     *         "risk_coverage": [
                     *           {
                     *             "coverage": 0.020594965675057208,
                     *             "risk": 0
                     *           },
                     *           {
                     *             "coverage": 0.04042715484363082,
                     *             "risk": 0
                     *           }
                     *         ]
                     *       },
                     *       "without_copies": {
                     *         "images": 337,
                     *         "accuracy": {
                     *           "count": 329,
                     *           "total": 337,
                     *           "value": 0.9762611275964391,
                     *           "low": 0.9538637307616705,
                     *           "high": 0.9879231079364584
                     *         },
                     *         "missed_tumors": {
                     *           "count": 0,
                     *           "total": 337,
                     *           "value": 0,
                     *           "low": 0,
                     *           "high": 0.011270515136232279
                     *         },
                     *         "macro_f1": 0.7141703733372684,
                     *         "confusion": [
                     *           [
                     *             220,
                     *             4,
                     *             0,
                     *             0
                     *           ],
                     *           [
                     *             0,
                     *             29,
                     *             0,
                     *             1
                     *           ],
                     *           [
                     *             0,
                     *             0,
                     *             0,
                     *             0
                     *           ],
                     *           [
                     *             1,
                     *             2,
                     *             0,
                     *             80
                     *           ]
                     *         ],
                     *         "per_class": {
                     *           "glioma": {
                     *             "images": 224,
                     *             "sensitivity": {
                     *               "count": 220,
                     *               "total": 224,
                     *               "value": 0.9821428571428571,
                     *               "low": 0.9549932930154492,
                     *               "high": 0.9930343447903063
                     *             },
                     *             "specificity": {
                     *               "count": 112,
                     *               "total": 113,
                     *               "value": 0.9911504424778761,
                     *               "low": 0.9515691320824156,
                     *               "high": 0.9984361239315607
                     *             },
                     *             "ppv": {
                     *               "count": 220,
                     *               "total": 221,
                     *               "value": 0.995475113122172,
                     *               "low": 0.9748188550375634,
                     *               "high": 0.9992007992942802
                     *             },
                     *             "f1": 0.9887640449438202,
                     *             "auroc": 0.9986567635903919
                     *           },
                     *           "meningioma": {
                     *             "images": 30,
                     *             "sensitivity": {
                     *               "count": 29,
                     *               "total": 30,
                     *               "value": 0.9666666666666667,
                     *               "low": 0.8332960900859084,
                     *               "high": 0.9940914096183876
                     *             },
                     *             "specificity": {
                     *               "count": 301,
                     *               "total": 307,
                     *               "value": 0.9804560260586319,
                     *               "low": 0.9580240608734972,
                     *               "high": 0.9910127925732878
                     *             },
                     *             "ppv": {
                     *               "count": 29,
                     *               "total": 35,
                     *               "value": 0.8285714285714286,
                     *               "low": 0.6731771770095505,
                     *               "high": 0.9189735994629842
                     *             },
                     *             "f1": 0.8923076923076924,
                     *             "auroc": 0.9976112920738328
                     *           },
                     *           "notumor": {
                     *             "images": 0,
                     *             "sensitivity": {
                     *               "count": 0,
                     *               "total": 0,
                     *               "value": null,
                     *               "low": 0,
                     *               "high": 1
                     *             },
                     *             "specificity": {
                     *               "count": 337,
                     *               "total": 337,
                     *               "value": 1,
                     *               "low": 0.9887294848637678,
                     *               "high": 1
                     *             },
                     *             "ppv": {
                     *               "count": 0,
                     *               "total": 0,
                     *               "value": null,
                     *               "low": 0,
                     *               "high": 1
                     *             },
                     *             "f1": 0,
                     *             "auroc": null
                     *           },
                     *           "pituitary": {
                     *             "images": 83,
                     *             "sensitivity": {
                     *               "count": 80,
                     *               "total": 83,
                     *               "value": 0.963855421686747,
                     *               "low": 0.8990410702303963,
                     *               "high": 0.9876321967282545
                     *             },
                     *             "specificity": {
                     *               "count": 253,
                     *               "total": 254,
                     *               "value": 0.9960629921259843,
                     *               "low": 0.9780400820402,
                     *               "high": 0.9993046830436949
                     *             },
                     *             "ppv": {
                     *               "count": 80,
                     *               "total": 81,
                     *               "value": 0.9876543209876543,
                     *               "low": 0.9333311840195166,
                     *               "high": 0.9978173499414613
                     *             },
                     *             "f1": 0.975609756097561,
                     *             "auroc": 0.9994307940423109
                     *           }
                     *         },
                     *         "uncalibrated": {
                     *           "temperature": 1,
                     *           "nll": 0.09393408024161852,
                     *           "brier": 0.03962365940579524,
                     *           "ece": 0.046177584870475956,
                     *           "bins": []
                     *         },
                     *         "calibrated": {
                     *           "temperature": 0.63,
                     *           "nll": 0.0819088047381634,
                     *           "brier": 0.041059668454065786,
                     *           "ece": 0.02361026689172405,
                     *           "bins": []
                     *         },
                     *         "risk_coverage": [
                     *           {
                     *             "coverage": 0.020771513353115726,
                     *             "risk": 0
                     *           },
                     *           {
                     *             "coverage": 0.04154302670623145,
                     *             "risk": 0
                     *           }
                     *         ]
                     *       },
                     *       "origins": {
                     *         "Te-glTr_": {
                     *           "count": 10,
                     *           "total": 10,
                     *           "value": 1,
                     *           "low": 0.7224672001371109,
                     *           "high": 1
                     *         },
                     *         "Te-gl_": {
                     *           "count": 285,
                     *           "total": 290,
                     *           "value": 0.9827586206896551,
                     *           "low": 0.960281207752646,
                     *           "high": 0.992613598595493
                     *         },
                     *         "Te-meTr_": {
                     *           "count": 10,
                     *           "total": 10,
                     *           "value": 1,
                     *           "low": 0.7224672001371109,
                     *           "high": 1
                     *         },
                     *         "Te-me_": {
                     *           "count": 289,
                     *           "total": 296,
                     *           "value": 0.9763513513513513,
                     *           "low": 0.95199865112391,
                     *           "high": 0.9884983739010271
                     *         },
                     *         "Te-noTr_": {
                     *           "count": 10,
                     *           "total": 10,
                     *           "value": 1,
                     *           "low": 0.7224672001371109,
                     *           "high": 1
                     *         },
                     *         "Te-no_": {
                     *           "count": 383,
                     *           "total": 395,
                     *           "value": 0.9696202531645569,
                     *           "low": 0.9476565100180396,
                     *           "high": 0.9825376606105187
                     *         },
                     *         "Te-piTr_": {
                     *           "count": 9,
                     *           "total": 10,
                     *           "value": 0.9,
                     *           "low": 0.5958499732047616,
                     *           "high": 0.982123786904927
                     *         },
                     *         "Te-pi_": {
                     *           "count": 287,
                     *           "total": 290,
                     *           "value": 0.9896551724137931,
                     *           "low": 0.9700318819925087,
                     *           "high": 0.9964757073034609
                     *         }
                     *       },
                     *       "other_source": null,
                     *       "corruptions": [
                     *         {
                     *           "name": "gamma 0.6",
                     *           "accuracy": {
                     *             "count": 1282,
                     *             "total": 1311,
                     *             "value": 0.9778794813119756,
                     *             "low": 0.9684119124346972,
                     *             "high": 0.9845546917092268
                     *           },
                     *           "missed_tumors": {
                     *             "count": 1,
                     *             "total": 906,
                     *             "value": 0.0011037527593818985,
                     *             "low": 0.00019486604270611222,
                     *             "high": 0.006225438026824448
                     *           }
                     *         }
                     *       ],
                     *       "corruption_mean": 0.9740655987795575,
                     *       "heatmaps": {
                     *         "images": 42,
                     *         "randomised_correlation": 0.1331735833935704,
                     *         "deletion": {
                     *           "grad-cam": 0.1731899154462559,
                     *           "random": 0.29528299149363735,
                     *           "centre": 0.19606800625830648
                     *         },
                     *         "insertion": {
                     *           "grad-cam": 0.814662229962065,
                     *           "random": 0.2991024560631906,
                     *           "centre": 0.7342411182107463
                     *         }
                     *       },
                     *       "original_protocol": {
                     *         "images": 656,
                     *         "published": 0.9848,
                     *         "halves": 1000,
                     *         "mean": 0.9786753048780488,
                     *         "low": 0.9710365853658537,
                     *         "high": 0.9862804878048781
                     *       },
                     *       "peers": [],
                     *       "mistakes": [
                     *         {
                     *           "file": "Testing/meningioma/Te-me_0189.jpg",
                     *           "label": "meningioma",
                     *           "predicted": "pituitary",
                     *           "confidence": 0.9966390203938325,
                     *           "has_copy_in_training": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Report"];
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
                    /**
                     * @example {
                     *       "status": "alive"
                     *     }
                     */
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
                    /**
                     * @example {
                     *       "status": "ready"
                     *     }
                     */
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
}
