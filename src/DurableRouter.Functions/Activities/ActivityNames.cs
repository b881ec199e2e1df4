namespace DurableRouter.Functions.Activities;

/// <summary>Persisted names of the functions: histories in the task hub refer to them.</summary>
static class ActivityNames
{
    public const string Classify = "Classify";
    public const string Extract = "Extract";
    public const string Reason = "Reason";
    public const string Generate = "Generate";
    public const string Verify = "Verify";
    public const string Judge = "Judge";
    public const string CallTool = "CallTool";
    public const string RecordAnswer = "RecordAnswer";
    public const string RequestApproval = "RequestApproval";
    public const string CloseApproval = "CloseApproval";
    public const string EscalateApproval = "EscalateApproval";
    public const string RecordLostCall = "RecordLostCall";
    public const string AdoptRun = "AdoptRun";
    public const string FinishRun = "FinishRun";
}
