namespace DurableRouter.Core.Errors;

/// <summary>Stable codes of refused operations. A public interface: never renamed, each listed in docs/errors.md.</summary>
public static class ErrorCodes
{
    public const string ActivityFailed = "activity_failed";
    public const string ApprovalNotFound = "approval_not_found";
    public const string ApprovalDecided = "approval_decided";
    public const string ApprovalExpired = "approval_expired";
    public const string ApprovalForbidden = "approval_forbidden";
    public const string ConfigInvalid = "config_invalid";
    public const string ContentMissing = "content_missing";
    public const string DataFolderLocked = "data_folder_locked";
    public const string DatabaseCorrupt = "database_corrupt";
    public const string DatabaseNewer = "database_newer";
    public const string DefinitionMissing = "definition_missing";
    public const string HostStopping = "host_stopping";
    public const string IdempotencyMismatch = "idempotency_mismatch";
    public const string InputInvalid = "input_invalid";
    public const string KeyMissing = "key_missing";
    public const string NonDeterminism = "nondeterminism";
    public const string PipelineNotFound = "pipeline_not_found";
    public const string Quarantined = "quarantined";
    public const string RunFinished = "run_finished";
    public const string RunIdTaken = "run_id_taken";
    public const string RunLive = "run_live";
    public const string RunNotFound = "run_not_found";
    public const string RunTerminated = "run_terminated";
    public const string StorageBusy = "storage_busy";
    public const string StorageFailed = "storage_failed";
    public const string StorageFull = "storage_full";
    public const string TooManyRuns = "too_many_runs";
    public const string WorkflowFailed = "workflow_failed";
    public const string WorkflowUnknown = "workflow_unknown";
}
