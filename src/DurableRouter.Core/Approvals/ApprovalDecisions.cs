using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Pipelines;
using DurableRouter.Core.Steps;
using DurableRouter.Core.Verification;

namespace DurableRouter.Core.Approvals;

/// <param name="Decision">approved, rejected or changesRequested.</param>
/// <param name="Subject">Who decides: a key's name, or <c>local:USER</c>.</param>
/// <param name="Edits">See <see cref="ApprovalDecision"/>.</param>
public sealed record DecideApproval(string Id, ApprovalStatus Decision, string Subject, string? Comment = null, JsonElement? Edits = null);

/// <summary>The host's side of an approval: checks a decision, records it once, and wakes the run. HTTP and the command line use it.</summary>
/// <param name="enforceSeparation">True where callers are known by keys or tokens: a requester can't decide its own run's approvals.</param>
public sealed class ApprovalDecisions(IApprovalStore approvals, IDefinitionSource definitions, IContentStore content, TimeProvider clock,
    bool enforceSeparation)
{
    const int MaxCommentLength = 4000;

    /// <returns>The record with its one decision. The same decision by the same subject again gives the same receipt.</returns>
    /// <exception cref="DurableRouterException">Codes <c>approval_not_found</c>, <c>approval_forbidden</c>, <c>approval_decided</c>,
    /// <c>approval_expired</c>, <c>input_invalid</c>.</exception>
    public async Task<ApprovalRecord> DecideAsync(DecideApproval request, CancellationToken cancellationToken)
    {
        var record = await approvals.GetAsync(request.Id, cancellationToken)
            ?? throw new DurableRouterException(ErrorCodes.ApprovalNotFound, $"There is no approval {request.Id}.");
        if (enforceSeparation && record.Requester is { } requester && requester == request.Subject)
        {
            throw new DurableRouterException(ErrorCodes.ApprovalForbidden,
                $"{request.Subject} started run {record.RunId} and can't decide its approval {record.Id}. Another person must.");
        }

        if (record.Status != ApprovalStatus.Pending)
        {
            return Repeated(record, request);
        }

        var now = clock.GetUtcNow();
        if (now >= record.ExpiresAt)
        {
            throw Expired(record);
        }

        await CheckAsync(record, request, cancellationToken);
        var receipt = ApprovalIds.Receipt(record.Id, record.Digest, request.Decision, request.Subject, now);
        var decision = new ApprovalDecision(request.Decision, request.Subject, request.Comment, request.Edits, now, receipt);
        var stands = await approvals.DecideAsync(record.Id, stored => ApprovalMoves.Vote(stored, decision), cancellationToken);
        return stands.Decision?.Receipt == receipt ? stands : Repeated(stands, request);
    }

    static ApprovalRecord Repeated(ApprovalRecord record, DecideApproval request)
    {
        if (record.Status is ApprovalStatus.Expired or ApprovalStatus.Withdrawn || record.Decision is not { } decision)
        {
            throw Expired(record);
        }

        var same = decision.Decision == request.Decision && decision.Subject == request.Subject && Same(decision.Edits, request.Edits);
        return same ? record : throw new DurableRouterException(ErrorCodes.ApprovalDecided,
            $"Approval {record.Id} was {Words.Of(record.Status)} by {decision.Subject} at {decision.DecidedAt:O}; the first decision stands.");
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
            case ApprovalStatus.ChangesRequested when record.Kind != ApprovalKind.Output:
                throw Invalid("Changes can be requested for an output only.");
            case ApprovalStatus.ChangesRequested when request.Edits is null:
                if (string.IsNullOrWhiteSpace(request.Comment))
                {
                    throw Invalid("Say in the comment what must change: the work goes back with it.");
                }

                return;
            case ApprovalStatus.Approved when record.Kind == ApprovalKind.Budget:
                CheckBudget(request.Edits);
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

    static DurableRouterException Expired(ApprovalRecord record) => new(ErrorCodes.ApprovalExpired,
        $"Approval {record.Id} is over ({Words.Of(record.Status)}); its time ended at {record.ExpiresAt:O}. The run went on without this decision.");

    static DurableRouterException Invalid(string message) => new(ErrorCodes.InputInvalid, message);
}
