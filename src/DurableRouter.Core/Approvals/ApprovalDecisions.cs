using System.Text.Json;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Review;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Approvals;

/// <param name="Decision">approved, rejected or changesRequested.</param>
/// <param name="Edits">See <see cref="ApprovalDecision"/>.</param>
/// <param name="Digest">Of the facts that the person saw; null when the caller doesn't say.</param>
public sealed record DecideApproval(string Id, ApprovalStatus Decision, Approver By, string? Comment = null, JsonElement? Edits = null,
    string? Digest = null);

/// <param name="Record">As it stands: perhaps still pending, where others must approve too.</param>
/// <param name="Vote">The caller's own, with its receipt.</param>
public sealed record DecidedApproval(ApprovalRecord Record, ApprovalDecision Vote);

/// <summary>The host's side of an approval: checks a vote, records it once, and wakes the run. HTTP, webhooks and the command line use it.</summary>
/// <param name="runs">Tells whether the run that asks is still there; null where its store sees to that.</param>
public sealed class ApprovalDecisions(IApprovalStore approvals, IDefinitionSource definitions, IContentStore content, TimeProvider clock,
    IRunClient? runs = null)
{
    const int MaxCommentLength = 4000;

    /// <returns>The caller's vote with its receipt. The same decision by the same subject again gives the same receipt.</returns>
    /// <exception cref="DurableRouterException">Codes <c>approval_not_found</c>, <c>approval_forbidden</c>, <c>approval_decided</c>,
    /// <c>approval_expired</c>, <c>input_invalid</c>.</exception>
    public async Task<DecidedApproval> DecideAsync(DecideApproval request, CancellationToken cancellationToken)
    {
        var record = await approvals.GetAsync(request.Id, cancellationToken) ?? throw NotFound(request.Id);
        ApprovalRights.Check(record, request);
        if (Earlier(record, request) is { } earlier)
        {
            return new DecidedApproval(record, earlier);
        }

        var now = clock.GetUtcNow();
        if (now >= record.ExpiresAt)
        {
            throw Expired(record);
        }

        if (runs is not null && (await runs.GetAsync(record.RunId, cancellationToken))?.Status.IsTerminal() != false)
        {
            await ApprovalWithdrawal.WithdrawAsync(approvals, record.RunId, cancellationToken);
            throw Expired(record with { Status = ApprovalStatus.Withdrawn });
        }

        await CheckAsync(record, request, cancellationToken);
        var receipt = ApprovalIds.Receipt(record.Id, record.Digest, request, now);
        var vote = new ApprovalDecision(request.Decision, request.By.Subject, request.Comment, request.Edits, now, receipt, request.By.Via, request.By.Proof);
        var counted = false;
        var stands = await approvals.DecideAsync(record.Id, stored =>
        {
            // The store may call this again on a newer record: what was checked above may have been outrun.
            counted = stored.Status == ApprovalStatus.Pending && !ApprovalRights.HasVoted(stored, request.By);
            return counted ? ApprovalMoves.Vote(stored, vote) : stored;
        }, cancellationToken);
        return counted ? new DecidedApproval(stands, vote)
            : Earlier(stands, request) is { } other ? new DecidedApproval(stands, other)
            : throw Decided(stands);
    }

    /// <summary>For hosts and stores: the same words whether an approval never was or its caller may not know of it.</summary>
    public static DurableRouterException NotFound(string id) => new(ErrorCodes.ApprovalNotFound,
        $"No approval has the id {id}. GET /api/approvals?status=pending lists the open ones.");

    /// <returns>The vote that this request repeats; null when it may be a new one.</returns>
    static ApprovalDecision? Earlier(ApprovalRecord record, DecideApproval request)
    {
        var own = record.Votes.LastOrDefault(v => Approver.IsSame(v.Subject, request.By.Subject))
            ?? (record.Decision is { } decision && Approver.IsSame(decision.Subject, request.By.Subject) ? decision : null);
        var same = own is not null && own.Decision == request.Decision && Same(own.Edits, request.Edits);
        if (record.Status == ApprovalStatus.Pending)
        {
            return !ApprovalRights.HasVoted(record, request.By) ? null
                : !same ? throw Decided(record)
                : own!.Proof is not null && own.Proof == request.By.Proof ? own
                : throw new DurableRouterException(ErrorCodes.ApprovalForbidden,
                    $"{request.By.Subject} has approved {record.Id} already (receipt {own.Receipt}), and that counts once. It needs "
                    + $"{record.Approvals} approvals by different persons; another person must decide.");
        }

        if (record.Status is ApprovalStatus.Expired or ApprovalStatus.Withdrawn || record.Decision is null)
        {
            throw Expired(record);
        }

        return same ? own : throw Decided(record);
    }

    async Task CheckAsync(ApprovalRecord record, DecideApproval request, CancellationToken cancellationToken)
    {
        if (request.Comment?.Length > MaxCommentLength)
        {
            throw Invalid($"The comment is longer than {MaxCommentLength} characters.");
        }

        switch (request.Decision)
        {
            case ApprovalStatus.Rejected when request.Edits is null:
                return;
            case ApprovalStatus.ChangesRequested when record.Kind == ApprovalKind.Call:
                throw Invalid("A call can't be sent back. Approve it with edits, which are sent instead, or reject it.");
            case ApprovalStatus.ChangesRequested when record.Kind != ApprovalKind.Output:
                throw Invalid("Changes can be requested for an output only.");
            case ApprovalStatus.ChangesRequested when request.Edits is null:
                if (string.IsNullOrWhiteSpace(request.Comment))
                {
                    throw Invalid("Say in the comment what must change: the work goes back with it.");
                }

                return;
            case ApprovalStatus.Approved when request.Edits is not null && record.Approvals > 1:
                throw Invalid($"{record.Approvals} persons must approve the same thing, so nobody may edit it. Request changes instead.");
            case ApprovalStatus.Approved when record.Kind == ApprovalKind.Budget:
                CheckBudget(request.Edits);
                return;
            case ApprovalStatus.Approved when record.Kind == ApprovalKind.Call && request.Edits is { } payload:
                CheckCall(record, payload);
                return;
            case ApprovalStatus.Approved when request.Edits is { } edits:
                await CheckAnswerAsync(record, edits, cancellationToken);
                return;
            case ApprovalStatus.Approved when record.Kind == ApprovalKind.Answer:
                throw Invalid("Give the answer as edits; its schema stands in the approval's payload.");
            case ApprovalStatus.Approved:
                return;
            default:
                throw Invalid("A decision is approved, rejected or changesRequested; only approved takes edits.");
        }
    }

    /// <summary>People's answers pass the same schema and checks as models'.</summary>
    async Task CheckAnswerAsync(ApprovalRecord record, JsonElement answer, CancellationToken cancellationToken)
    {
        var basis = record.Basis ?? throw Invalid("This approval takes no edits.");
        var step = definitions.Get(basis.Definition).Step(record.Step);
        var data = await AttemptFields.ReadAsync(basis.Fields, basis.Evidence, content, cancellationToken);
        var review = OutputReview.Run(step, answer, data);
        if (review.FailureCode is not null)
        {
            throw Invalid($"The edited answer of step {record.Step} doesn't pass its checks: {review.Message}");
        }
    }

    /// <summary>What is sent in place of the payload fits the tool as well as the payload does.</summary>
    void CheckCall(ApprovalRecord record, JsonElement payload)
    {
        var basis = record.Basis ?? throw Invalid("This approval takes no edits.");
        if (definitions.Get(basis.Definition).Step(record.Step).Tool!.Unfit(payload) is { } unfit)
        {
            throw Invalid($"The edited call of step {record.Step} can't be made: {unfit.Message}");
        }
    }

    static void CheckBudget(JsonElement? edits)
    {
        var given = edits is { ValueKind: JsonValueKind.Object } e ? e.EnumerateObject().ToList() : [];
        var ok = given is [var only] && only.Name switch
        {
            "raiseUsd" => only.Value.ValueKind == JsonValueKind.Number && only.Value.TryGetDecimal(out var usd) && usd is > 0 and <= 1_000_000,
            "finish" => only.Value.ValueKind == JsonValueKind.String && only.Value.ValueEquals("cheaper"),
            _ => false,
        };
        if (!ok)
        {
            throw Invalid("A budget is approved with edits { \"raiseUsd\": 1.0 } or { \"finish\": \"cheaper\" }; reject it to stop with what there is.");
        }
    }

    static bool Same(JsonElement? a, JsonElement? b) => a is { } x && b is { } y ? JsonElement.DeepEquals(x, y) : a is null && b is null;

    static DurableRouterException Decided(ApprovalRecord record) => new(ErrorCodes.ApprovalDecided, record.Decision is { } decision
        ? $"Approval {record.Id} was {Words.Of(record.Status)} by {decision.Subject} at {decision.DecidedAt:O}; the first decision stands."
        : $"Another vote of yours on approval {record.Id} stands; the first one counts.");

    static DurableRouterException Expired(ApprovalRecord record) => new(ErrorCodes.ApprovalExpired,
        record.Status == ApprovalStatus.Withdrawn ? $"Run {record.RunId} was over before approval {record.Id} was decided. Nothing was decided."
        : $"Approval {record.Id} is over ({Words.Of(record.Status)}); its time ended at {record.ExpiresAt:O}. The run went on without this decision.");

    static DurableRouterException Invalid(string message) => new(ErrorCodes.InputInvalid, message);
}
