using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Models;

/// <summary>Tells an answer from a reply that is none. The same for every kind of model.</summary>
static class ReplyJudge
{
    /// <param name="finishReason">The provider's word; null when it gave none.</param>
    /// <returns>Null: the reply is an answer.</returns>
    public static StepFailure? Failure(string? finishReason, bool calledTool, bool refused, bool empty)
    {
        var reason = FinishReasons.Read(finishReason);
        if (calledTool || reason == FinishReason.ToolCall)
        {
            return new StepFailure(FailureCodes.UnexpectedToolCall, "The model called a tool that nobody offered.");
        }

        return reason switch
        {
            FinishReason.Filter => new StepFailure(FailureCodes.ContentFiltered, "The provider's content filter stopped the answer."),
            FinishReason.Length => new StepFailure(FailureCodes.OutputTruncated, "The answer was cut off at the output limit."),
            FinishReason.Refusal => new StepFailure(FailureCodes.Refused, "The model refused to answer."),
            FinishReason.Failure => new StepFailure(FailureCodes.ErrorInReply, "The provider failed in the middle of the answer.", Retryable: true),
            _ when refused => new StepFailure(FailureCodes.Refused, "The model refused to answer."),
            _ when empty => new StepFailure(FailureCodes.EmptyReply, "The reply holds no answer.", Retryable: true),
            _ => null,
        };
    }
}
