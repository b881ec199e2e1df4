using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Errors;
using DurableRouter.Http.Access;
using DurableRouter.Http.Problems;

namespace DurableRouter.Http.Approvals;

/// <summary>Who may decide what, and when; the store makes the first decision final.</summary>
static class DecisionDesk
{
    /// <returns>The approval with its decision, made now or by an earlier call.</returns>
    /// <exception cref="DurableRouterException">The <c>approval_*</c> codes and <c>input_invalid</c>.</exception>
    public static async Task<ApprovalRecord> DecideAsync(IApprovalStore store, string id, DecisionRequest request, Caller caller,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var record = await store.GetAsync(id, cancellationToken)
            ?? throw new DurableRouterException(ErrorCodes.ApprovalNotFound, $"No approval has the id {id}. Nothing was decided.");
        if (caller.HasKey && record.Requester == caller.Subject)
            throw Forbidden("Who started a run can't decide its approvals; ask somebody of the group " + record.Group + ".");
        if (request.Digest is { } seen && seen != record.Digest)
            throw Forbidden("The digest is not this approval's: what was seen is not what would be decided. Read the approval again.");
        if (record.Status != ApprovalStatus.Pending)
            return Settle(record, request, caller);
        var now = clock.GetUtcNow();
        if (now >= record.ExpiresAt)
            throw Late(record);
        CheckEdits(record, request);
        var receipt = ApprovalIds.Receipt(id, record.Digest, request.Decision, caller.Subject, now);
        var decided = await store.DecideAsync(id, new ApprovalDecision(request.Decision, caller.Subject, request.Comment, request.Edits, now, receipt),
            cancellationToken);
        return Settle(decided, request, caller);
    }

    static ApprovalRecord Settle(ApprovalRecord record, DecisionRequest request, Caller caller)
    {
        if (record.Decision is not { } made)
            throw Late(record);
        var same = made.Decision == request.Decision && made.Subject == caller.Subject && made.Comment == request.Comment
            && (made.Edits is null ? request.Edits is null : request.Edits is { } edits && JsonElement.DeepEquals(made.Edits.Value, edits));
        return same ? record : throw new DurableRouterException(ErrorCodes.ApprovalDecided,
            $"{made.Subject} has decided: {ApprovalJson.Word(made.Decision)}. The first decision stands; nothing was changed.");
    }

    static void CheckEdits(ApprovalRecord record, DecisionRequest request)
    {
        var approved = request.Decision == ApprovalStatus.Approved;
        if (approved && record.Kind == ApprovalKind.Answer && request.Edits is null)
            throw Invalid("/edits", "must hold the answer in the models' place");
        if (approved && record.Kind == ApprovalKind.Budget && !(request.Edits is { } edits && IsBudget(edits)))
            throw Invalid("/edits", "must be {\"raiseUsd\": amount above 0} or {\"finish\": \"cheaper\"}");
        if (!approved && request.Edits is not null)
            throw Invalid("/edits", "goes with the decision approved only");
        if (request.Decision == ApprovalStatus.ChangesRequested && (record.Kind != ApprovalKind.Output || request.Comment is null))
            throw Invalid("/decision", "changesRequested is for outputs, and says in comment what to change");
    }

    static bool IsBudget(JsonElement edits)
    {
        if (edits.ValueKind != JsonValueKind.Object || edits.GetPropertyCount() != 1)
            return false;
        return edits.TryGetProperty("raiseUsd", out var raise)
            ? raise.ValueKind == JsonValueKind.Number && raise.TryGetDecimal(out var usd) && usd is > 0 and <= 1_000_000m
            : edits.TryGetProperty("finish", out var finish) && finish.ValueKind == JsonValueKind.String && finish.ValueEquals("cheaper");
    }

    static DurableRouterException Forbidden(string why) => new(ErrorCodes.ApprovalForbidden, why + " Nothing was decided.");

    static DurableRouterException Late(ApprovalRecord record) => new(ErrorCodes.ApprovalExpired, record.Status == ApprovalStatus.Withdrawn
        ? "The run ended before anybody decided. Nothing was decided."
        : $"The time to decide ended at {record.ExpiresAt.UtcDateTime:u}; the time-out policy was {record.OnTimeout}. Nothing was decided.");

    static RefusedException Invalid(string pointer, string detail) =>
        new(ErrorCodes.InputInvalid, "The decision can't be carried out as it stands. Nothing was decided.", [new ProblemItem(pointer, detail)]);
}
