"""The fault matrix: what the service does when a part outside of it fails, and the tests that show it.

`make faults` runs these tests, and the guide's page on faults is generated from this table. A cell without tests is a
fault that cannot occur, or against which the service has no defence; its text gives the reason.
"""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """How a part fails."""

    GONE = "gone"
    SLOW = "slow"
    FULL = "full"
    WRONG = "wrong answer"
    BACK = "back again"


@dataclass(frozen=True)
class Cell:
    """What the service does in the event of a fault, and the tests that show it, as pytest names them."""

    promise: str
    tests: tuple[str, ...] = ()


def shown(promise: str, *tests: str) -> Cell:
    """A cell with its tests, each without the folder that all tests are in."""
    return Cell(promise, tuple(f"tests/{test}" for test in tests))


_FAULTS = "integration/test_faults.py"
_SERVING = "integration/test_serving.py"
_CONNECTIONS = "integration/test_connections.py"
_DURABILITY = "integration/test_durability.py"
_DATABASE = "unit/services/database/test_database.py"
_STORAGE = "unit/services/history/test_storage.py"
_RECORDS = "unit/services/history/test_records.py"
_DICOMWEB = "unit/services/pacs/test_dicomweb.py"
_SENDER = "unit/services/pacs/test_listener.py::TestSender"
_GEMINI = "unit/services/explanations/test_gemini.py"
_SIGN_IN = "unit/services/throttling/test_sign_in.py"
_REDIS = "unit/services/throttling/test_rate_limits.py::test_each_process_counts_separately_until_redis_is_back"
_ENGINES = "unit/services/network/test_engines.py"
_WEIGHTS = "unit/services/network/test_classifier.py"
_READING = "unit/services/imaging/test_reading.py"
_ENGINE_PROCESS = "integration/test_engine_process.py"
_SOCKET_ENGINE = "unit/services/remote_engines/test_socket_engine.py"

MATRIX: dict[str, dict[Fault, Cell]] = {
    "Disk": {
        Fault.GONE: shown(
            "A missing folder for uploads or images: 503 for requests that need it; small scans are still "
            "classified. At the start: one line that names the setting.",
            f"{_FAULTS}::test_without_the_folder_for_uploads_small_scans_are_still_classified",
            f"{_STORAGE}::TestFolder::test_a_missing_folder_is_reported",
            f"{_STORAGE}::TestFolder::test_an_unusable_folder_stops_the_start",
        ),
        Fault.SLOW: shown(
            "Requests that store something wait; all others are answered as usual.",
            f"{_FAULTS}::test_a_slow_disk_delays_only_requests_that_store_something",
        ),
        Fault.FULL: shown(
            "503 with `Retry-After` for what cannot be stored. Nothing that was acknowledged is lost, no partial file "
            "remains, and reading works.",
            f"{_DURABILITY}::test_a_full_disk_loses_no_record",
            f"{_SERVING}::TestClients::test_a_full_disk_is_answered_with_503_and_affects_no_other_client",
            f"{_STORAGE}::TestFolder::test_a_full_disk_is_reported_and_leaves_no_partial_file",
        ),
        Fault.WRONG: shown(
            "A changed image is detected by its authentication tag and not shown. A damaged database file: 503, or no "
            "start.",
            "unit/services/database/test_encryption.py::test_a_change_of_any_byte_is_detected",
            f"{_DATABASE}::TestSqlite::test_a_damaged_file_is_reported",
            f"{_DATABASE}::TestUnusable::test_a_file_that_is_not_a_database_stops_the_start",
        ),
        Fault.BACK: shown(
            "The next request is stored. No restart is needed.",
            f"{_DURABILITY}::test_a_full_disk_loses_no_record",
            f"{_FAULTS}::test_without_the_folder_for_uploads_small_scans_are_still_classified",
        ),
    },
    "Database": {
        Fault.GONE: shown(
            "503 `database-unavailable` with `Retry-After` for everything that reads or stores accounts or history; "
            "the rest is answered. `/health/ready` answers 503 too; if only drift monitoring uses the database, 200 "
            "and in `database` the value `unavailable`. A cut network is noticed after 10 seconds. An error line in "
            "the log. At the start: one line, without the password.",
            f"{_FAULTS}::test_a_database_that_crashes_and_returns",
            f"{_FAULTS}::test_without_the_database_of_drift_monitoring_a_service_is_ready_and_says_so",
            f"{_DATABASE}::TestPostgresql::test_a_cut_network_is_reported_in_time",
            f"{_DATABASE}::test_nothing_is_acknowledged_after_the_file_was_moved_away",
            f"{_DATABASE}::TestUnusable::test_an_unreachable_database_stops_the_start_without_its_password",
        ),
        Fault.SLOW: shown(
            "Requests that need it wait: for a lock up to 10 seconds, for a statement up to 30 seconds, then 503, also "
            "if the server hangs and keeps its connections. At most 200 requests wait, each up to 30 seconds for those "
            "before it. All others are answered as usual.",
            f"{_FAULTS}::test_a_slow_database_delays_only_requests_that_need_it",
            f"{_DATABASE}::TestBusy::test_a_lock_that_another_program_holds_is_waited_for_and_then_reported",
            f"{_DATABASE}::TestPostgresql::test_a_server_that_hangs_is_reported_in_time",
            f"{_DATABASE}::TestPostgresql::test_the_server_ends_a_statement_that_takes_too_long",
        ),
        Fault.FULL: shown(
            "503; the transaction is rolled back, and what was stored before remains.",
            f"{_DATABASE}::TestSqlite::test_a_full_disk_is_reported_and_loses_nothing",
            f"{_DURABILITY}::test_a_full_disk_loses_no_record",
        ),
        Fault.WRONG: shown(
            "A server that only reads (a standby after a failover): 503 for changes. A damaged file: 503. An audit "
            "trail that was changed: `btc audit verify` names the entry.",
            f"{_DATABASE}::TestPostgresql::test_a_server_that_only_reads_is_reported",
            f"{_DATABASE}::TestSqlite::test_a_damaged_file_is_reported",
            "unit/services/database/test_audit.py::test_tampering_is_detected",
        ),
        Fault.BACK: shown(
            "The next request is answered. Everything that was acknowledged before the fault is there.",
            f"{_FAULTS}::test_a_database_that_crashes_and_returns",
            f"{_DATABASE}::test_nothing_is_acknowledged_after_the_file_was_moved_away",
        ),
    },
    "Redis": {
        Fault.GONE: shown(
            "Each process counts rate limits separately, and logs one warning. No request fails.",
            f"{_REDIS}[gone]",
            "integration/test_rate_limits.py::TestRedis::test_processes_share_a_limit_and_count_separately_without_redis",
        ),
        Fault.SLOW: shown("As gone, after half a second.", f"{_REDIS}[silent]"),
        Fault.FULL: shown("As gone.", f"{_REDIS}[full]"),
        Fault.WRONG: shown("As gone.", f"{_REDIS}[another_program]"),
        Fault.BACK: shown("The processes share their counts again from the next request on.", f"{_REDIS}[gone]"),
    },
    "S3": {
        Fault.GONE: shown(
            "503 `storage-unavailable` with `Retry-After` for a prediction whose image is to be stored; nothing of it "
            "is stored. The error contains no secret.",
            f"{_STORAGE}::TestBucket::test_an_unreachable_server_is_reported_without_secrets",
        ),
        Fault.SLOW: shown(
            "The same after the time-out of 10 seconds.",
            f"{_STORAGE}::TestBucket::test_a_silent_server_is_reported_in_time_and_used_again_when_it_answers",
        ),
        Fault.FULL: shown(
            "503.",
            f"{_STORAGE}::TestBucket::test_a_full_bucket_or_another_server_is_reported",
        ),
        Fault.WRONG: shown(
            "A missing bucket or another server: 503. A missing image: its record remains and says so. A changed "
            "image is detected and not shown.",
            f"{_STORAGE}::TestBucket::test_a_missing_bucket_is_reported",
            f"{_STORAGE}::TestBucket::test_a_full_bucket_or_another_server_is_reported",
            f"{_RECORDS}::TestSweep::test_a_missing_picture_is_counted_and_its_record_remains",
            "unit/services/database/test_encryption.py::test_a_change_of_any_byte_is_detected",
        ),
        Fault.BACK: shown(
            "The next image is stored; the hourly sweep repeats deletions that failed.",
            f"{_STORAGE}::TestBucket::test_a_silent_server_is_reported_in_time_and_used_again_when_it_answers",
            f"{_RECORDS}::TestSweep::test_a_failed_deletion_is_retried",
        ),
    },
    "PACS": {
        Fault.GONE: shown(
            "A study named in a request: 502. Results of `btc listen` wait on disk; it tries every 30 seconds.",
            f"{_DICOMWEB}::test_a_server_that_cannot_be_reached_is_a_problem",
            f"{_SENDER}::test_a_full_or_missing_peer_leaves_the_rest_for_later",
        ),
        Fault.SLOW: shown(
            "504 after `DICOMWEB_TIMEOUT_S`; an association of `btc listen` ends after `DIMSE_TIMEOUT_S`.",
            f"{_DICOMWEB}::test_a_silent_server_is_a_problem_after_the_time_that_it_has",
        ),
        Fault.FULL: shown(
            "502 that says how many results were not stored. Results of `btc listen` wait on disk.",
            f"{_DICOMWEB}::test_what_a_server_does_not_store_is_a_problem",
            f"{_SENDER}::test_a_full_or_missing_peer_leaves_the_rest_for_later",
        ),
        Fault.WRONG: shown(
            "502 that says what is wrong. What a peer of `btc listen` refuses for good is logged and deleted.",
            f"{_DICOMWEB}::test_a_server_that_fails_is_a_problem_that_says_how",
            f"{_SENDER}::test_each_object_is_stored_or_refused",
        ),
        Fault.BACK: shown(
            "The next request is answered, and results that wait are sent, once.",
            "integration/test_pacs.py::TestListen::test_killed_at_each_stage_it_answers_every_received_object_once",
        ),
    },
    "Gemini": {
        Fault.GONE: shown(
            "The prediction has the built-in explanation, with a notice that gives the reason.",
            f"{_GEMINI}::TestFailure::test_connection_refused",
        ),
        Fault.SLOW: shown(
            "The same after `GEMINI_TIMEOUT_S`. Requests that wait for Gemini take no place in the queue.",
            f"{_GEMINI}::TestFailure::test_a_timeout",
            f"{_SERVING}::TestGemini::test_gemini_is_called_only_on_request_and_delays_no_other_client",
        ),
        Fault.FULL: shown(
            "A used-up quota pauses all requests for the time that Gemini gives. More than 64 waiting requests get the "
            "built-in text.",
            f"{_GEMINI}::TestFailure::test_a_used_up_quota_pauses_all_requests_as_long_as_gemini_asks",
            f"{_GEMINI}::TestFailure::test_excess_requests_get_the_built_in_text",
        ),
        Fault.WRONG: shown(
            "The built-in explanation, with a notice. Nothing of Gemini's error is shown or logged.",
            f"{_GEMINI}::TestFailure::test_the_built_in_text_gives_the_reason",
        ),
        Fault.BACK: shown(
            "A transient error is retried once; the next request is sent again.",
            f"{_GEMINI}::TestSuccess::test_a_transient_error_is_retried",
            f"{_GEMINI}::TestFailure::test_a_used_up_quota_pauses_all_requests_as_long_as_gemini_asks",
        ),
    },
    "Clock": {
        Fault.GONE: Cell("Cannot occur: the operating system always answers."),
        Fault.SLOW: shown(
            "A code of an authenticator app is accepted up to 30 seconds early or late. A clock that differs by more "
            "rejects codes; recovery codes work.",
            "unit/services/accounts/test_second_factor.py::"
            "test_a_code_of_a_clock_that_is_half_a_minute_off_is_accepted",
            "integration/test_sessions.py::TestSecondFactor::test_a_recovery_code_works_once",
        ),
        Fault.FULL: Cell("Cannot occur: a clock holds nothing."),
        Fault.WRONG: shown(
            "A clock that was a day ahead locks nobody out. It ends sessions and links early, and deletes records "
            "that would expire within that day: use NTP.",
            f"{_SIGN_IN}::test_a_clock_that_was_a_day_ahead_locks_nobody_out",
            "integration/test_sessions.py::TestTime::test_an_unused_session_ends",
        ),
        Fault.BACK: shown(
            "No wait after failed sign-ins is longer than the rule allows. All records are deleted, whatever their "
            "time.",
            f"{_SIGN_IN}::test_a_clock_that_was_a_day_ahead_locks_nobody_out",
            "integration/test_history.py::TestDelete::test_all_records_are_deleted_with_their_pictures",
        ),
    },
    "Model files": {
        Fault.GONE: shown(
            "No start, and one line with the command that makes the file. Files that change or disappear later affect "
            "neither the answers nor the process.",
            f"{_SERVING}::TestStart::test_weights_without_their_graph_stop_the_server_with_the_command_to_run",
            f"{_WEIGHTS}::TestWeightsFiles::test_a_missing_file_is_rejected",
            f"{_ENGINES}::TestGraph::test_files_that_change_later_neither_end_the_process_nor_change_answers",
        ),
        Fault.SLOW: shown(
            "The server answers while the models load: 503 with `Retry-After` for predictions and `/health/ready`.",
            f"{_SERVING}::TestStart::test_the_server_listens_while_the_model_loads",
        ),
        Fault.FULL: shown(
            "No room for the copy of the graph that a process reads: no start, and one line.",
            f"{_ENGINES}::TestGraph::test_a_disk_without_room_for_the_copy_is_reported",
        ),
        Fault.WRONG: shown(
            "A graph that differs by one bit, or belongs to other weights, does not load. Weights that do not fit the "
            "network do not load. Outputs for a known picture that differ from the recorded ones: no predictions.",
            "integration/test_wrong_networks.py::test_a_network_that_computes_wrongly_makes_no_predictions",
            f"{_ENGINES}::TestGraph::test_a_damaged_graph_is_rejected",
            f"{_ENGINES}::TestGraph::test_a_graph_of_other_weights_is_rejected",
            f"{_SERVING}::TestStart::test_weights_of_another_network_stop_the_server_with_one_line",
        ),
        Fault.BACK: shown(
            "`btc export` writes what is missing; the next start reads it.",
            f"{_ENGINES}::TestGraph::test_the_export_command_writes_only_missing_graphs",
        ),
    },
    "Process that computes (`WORKERS`)": {
        Fault.GONE: shown(
            "503 `model-not-ready` with `Retry-After` for predictions and `/health/ready`, until it has started again. "
            "If it fails while the service starts, no start, and one line.",
            f"{_ENGINE_PROCESS}::test_one_process_computes_for_all_and_is_started_again",
            f"{_SOCKET_ENGINE}::test_a_process_that_ends_while_it_loads_stops_the_start",
        ),
        Fault.SLOW: shown(
            "Predictions wait up to 60 seconds for it, then get 503.",
            f"{_SOCKET_ENGINE}::test_a_process_that_does_not_answer_is_given_up",
        ),
        Fault.FULL: Cell("Cannot occur: each thread that serves has one connection and one scan in it."),
        Fault.WRONG: shown(
            "A process that has other model files refuses to compute. What it computes is compared with the recorded "
            "outputs for a known picture, as in a service with one process.",
            f"{_SOCKET_ENGINE}::test_weights_that_the_host_does_not_have_are_refused",
        ),
        Fault.BACK: shown(
            "The next prediction is answered.",
            f"{_ENGINE_PROCESS}::test_one_process_computes_for_all_and_is_started_again",
        ),
    },
    "Memory": {
        Fault.GONE: shown(
            "The system kills the process: no acknowledged record is lost, files of requests in flight disappear, and "
            "with several processes the others go on and a new one starts. It kills the process that decodes first: "
            "503 for the file, and the next one gets a new process.",
            f"{_DURABILITY}::test_no_record_is_lost_when_killed_under_load",
            f"{_SERVING}::TestStart::test_files_of_a_killed_process_are_deleted",
            "integration/test_metrics.py::TestSeveralProcesses::test_processes_count_together_and_ended_counts_stay",
            "unit/services/imaging/test_decoder.py::TestProcesses::test_a_process_that_ends_or_stops_is_replaced",
        ),
        Fault.SLOW: shown(
            "Swapping makes the service slow. The queue does not grow beyond `QUEUE_SIZE`; excess requests get 503.",
            f"{_SERVING}::TestFull::test_64_clients_and_a_queue_of_8",
        ),
        Fault.FULL: shown(
            "A request without memory for it gets 503, and its image is not called damaged. Images that would take too "
            "much are rejected before decoding.",
            "unit/routes/test_middleware.py::test_a_request_without_memory_for_it_may_be_sent_again_later",
            f"{_READING}::TestDamage::test_an_image_without_memory_for_it_is_not_called_damaged",
            f"{_READING}::TestLimits::test_too_many_pixels_are_rejected_before_decoding",
        ),
        Fault.WRONG: shown(
            "Once an hour every network classifies a known picture; if its outputs differ from the recorded ones, 503 "
            "for predictions until the next start. A bit that flips for a moment can change an answer undetected: use "
            "memory with error correction.",
            "integration/test_wrong_networks.py::test_a_network_that_begins_to_compute_wrongly_is_noticed",
        ),
        Fault.BACK: shown(
            "The same request succeeds later.",
            "unit/routes/test_middleware.py::test_a_request_without_memory_for_it_may_be_sent_again_later",
        ),
    },
    "File descriptors": {
        Fault.GONE: Cell("Cannot occur: descriptors that are open remain so."),
        Fault.SLOW: Cell("Cannot occur: opening takes no time of its own; for slow files see the disk."),
        Fault.FULL: shown(
            "Open connections are answered; an upload that needs a file gets 503; new connections are not accepted.",
            f"{_FAULTS}::test_without_file_descriptors_open_connections_are_answered",
        ),
        Fault.WRONG: Cell("Cannot occur: the kernel does not mix them up."),
        Fault.BACK: shown(
            "New connections are accepted again. No restart is needed.",
            f"{_FAULTS}::test_without_file_descriptors_open_connections_are_answered",
        ),
    },
    "Network": {
        Fault.GONE: shown(
            "A client that disconnects frees its place in the queue and affects no other. A missing trace collector: "
            "one line in the log.",
            f"{_SERVING}::TestClients::test_a_disconnect_while_sending_is_noticed",
            f"{_SERVING}::TestClients::test_a_disconnect_while_waiting_frees_the_slot",
            f"{_SERVING}::TestClients::test_a_disconnect_during_the_response_affects_no_other_client",
            "integration/test_tracing.py::TestCollector::test_a_missing_collector_logs_one_line",
        ),
        Fault.SLOW: shown(
            "Headers that take longer than `HEADER_TIMEOUT_S`, and a body that stalls for `UPLOAD_TIMEOUT_S`: 408, and "
            "the connection is closed. A silent trace collector delays no request.",
            f"{_CONNECTIONS}::TestHeaders::test_slow_ones_are_answered_with_408",
            f"{_CONNECTIONS}::TestUploads::test_one_that_stalls_is_answered_with_408",
            f"{_CONNECTIONS}::TestUploads::test_forty_that_stall_delay_nobody",
            "integration/test_tracing.py::TestCollector::test_a_silent_collector_delays_no_request",
        ),
        Fault.FULL: shown(
            "More requests than the queue holds: 503 with `Retry-After`. A client that keeps sending after its answer: "
            "the connection is closed.",
            f"{_SERVING}::TestFull::test_64_clients_and_a_queue_of_8",
            "integration/test_http.py::TestEarlyAnswers::test_the_rest_of_a_large_body_is_not_read",
        ),
        Fault.WRONG: shown(
            "A foreign host name: 421. A broken or truncated body: 400. A webhook that answers with an error, or whose "
            "name leads into the network: not delivered, and tried again.",
            "integration/test_http.py::TestNames::test_a_foreign_name_is_answered_with_421",
            "integration/test_predictions.py::TestErrors::test_400_a_broken_form",
            "integration/test_monitoring.py::TestWebhookAddresses::test_a_name_with_a_private_address_is_rejected",
        ),
        Fault.BACK: shown(
            "A connection with a small rejected body can be used again; an alarm is posted again until the webhook "
            "accepts it.",
            "integration/test_http.py::TestEarlyAnswers::test_a_connection_with_a_small_body_can_be_used_again",
            "integration/test_monitoring.py::TestAlarm::test_webhook_gets_a_signed_message_and_a_retry",
        ),
    },
}


def node_ids() -> list[str]:
    """Every test of the matrix once, in the order of their names."""
    return sorted({test for row in MATRIX.values() for cell in row.values() for test in cell.tests})


if __name__ == "__main__":
    print(*node_ids())
