using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Activities;

/// <summary>What every attempt does around its one call, to a model or a tool.</summary>
/// <remarks>
/// 1. Claim the intent. An earlier delivery's call is never made again: its row, or <c>outcome_unknown</c>, is the result.
/// 2. Set the money aside in the pipeline's and the family's budget of the day. Where one could be crossed the attempt is skipped: no call, no cost.
/// 3. Make the call, which books itself.
/// </remarks>
sealed class BilledAttempt(IDayBudget dayBudget)
{
    /// <param name="row">As far as it is known before the call.</param>
    /// <param name="call">Makes the call and books it.</param>
    public async Task<AttemptResult> RunAsync(IActivityScope scope, AttemptInput input, RunDefinition definition, AttemptRow row,
        Func<Task<AttemptResult>> call, CancellationToken cancellationToken)
    {
        // First of all: what an earlier delivery may have done is never hidden behind a skip.
        var claim = await scope.ClaimAttemptAsync(new AttemptIntent(input.Key, scope.RunId, row.Model, input.UpperBoundUsd), cancellationToken);
        // What an earlier delivery has booked belongs to the day of its row, also after midnight.
        var money = await DayHold.TakeAsync(dayBudget, claim.Row ?? row, claim.Kind == AttemptClaimKind.Fresh ? definition.Routing : null, input.UpperBoundUsd,
            input.DayRaiseUsd ?? 0, cancellationToken);
        if (money.Refusal is { } refusal)
        {
            return await SkipAsync(scope, row, new StepFailure(FailureCodes.DayBudget, refusal + "; no call was made"), null, cancellationToken);
        }

        var booked = 0m;
        try
        {
            var result = claim.Row is { } recorded ? await RebuildAsync(scope, definition.Pipeline, input.Step, recorded, cancellationToken)
                : claim.Kind == AttemptClaimKind.Unknown ? await RecordUnknownAsync(scope, row, input.UpperBoundUsd, cancellationToken)
                : await call();
            booked = result.CostUsd;
            return result;
        }
        finally
        {
            await money.SettleAsync(booked);
        }
    }

    /// <summary>An attempt's row as far as it is known before its call.</summary>
    /// <param name="caller">The model, or <c>tool:NAME</c>.</param>
    public static AttemptRow NewRow(IActivityScope scope, AttemptInput input, RunDefinition definition, StepDefinition step, string tier, string caller,
        string provider) => new()
    {
        Key = input.Key,
        RunId = scope.RunId,
        Step = step.Id,
        Role = Words.Of(step.Kind),
        Pipeline = definition.Pipeline.Name,
        Family = definition.Pipeline.Family,
        Revision = input.Revision,
        Ordinal = input.Ordinal,
        Candidate = input.Candidate,
        Tier = tier,
        Model = caller,
        Provider = provider,
        Rule = input.Rule,
        StartedAt = scope.Clock.GetUtcNow(),
        PriceAsOf = definition.Catalog.AsOf,
        DegradedReason = input.DegradedReason,
        Misroute = input.Misroute,
        Approval = input.Approval,
    };

    /// <summary>The hash of what came back: of an accepted answer its canonical form's, else its text's; null when nothing came.</summary>
    public static string? OutputSha256(FieldValue? accepted, ReadOnlyMemory<byte> canonical, string text) =>
        accepted is not null ? accepted.Sha256 ?? FieldValues.Sha256(canonical.Span)
        : text.Length == 0 ? null : FieldValues.Sha256(text);

    public static async Task<AttemptResult> SkipAsync(IActivityScope scope, AttemptRow row, StepFailure failure, DateTimeOffset? heldUntil, CancellationToken cancellationToken)
    {
        await scope.RecordAttemptAsync(row with { Misroute = null, Outcome = AttemptOutcome.Skipped, FailureCode = failure.Code, FailureMessage = failure.Message }, cancellationToken);
        return new AttemptResult { Outcome = AttemptOutcome.Skipped, Failure = failure, HeldUntil = heldUntil };
    }

    static async Task<AttemptResult> RecordUnknownAsync(IActivityScope scope, AttemptRow row, decimal upperUsd, CancellationToken cancellationToken)
    {
        var failure = new StepFailure(FailureCodes.OutcomeUnknown, "an earlier delivery may have made the call and left no result", Retryable: true);
        await scope.RecordAttemptAsync(row with
        {
            Misroute = null,
            UsageSource = UsageSource.UpperBound,
            UsageSuspect = true,
            CostUsd = upperUsd,
            Outcome = AttemptOutcome.OutcomeUnknown,
            FailureCode = failure.Code,
            FailureMessage = failure.Message,
        }, cancellationToken);
        return new AttemptResult { Outcome = AttemptOutcome.OutcomeUnknown, Failure = failure, CostUsd = upperUsd };
    }

    /// <summary>An earlier delivery finished and booked the call, but its result got lost: on hosts where ledger and history are two stores.</summary>
    static async Task<AttemptResult> RebuildAsync(IActivityScope scope, PipelineDefinition pipeline, string step, AttemptRow row,
        CancellationToken cancellationToken)
    {
        var result = new AttemptResult
        {
            Outcome = row.Outcome,
            Failure = row.FailureCode is { } code
                ? new StepFailure(code, row.FailureMessage ?? code, Retryable: row.Outcome == AttemptOutcome.OutcomeUnknown) : null,
            Usage = row.Usage,
            CostUsd = row.CostUsd,
            LatencyMs = row.LatencyMs,
            Checks = row.Checks,
        };
        if (row.Outcome != AttemptOutcome.Ok)
        {
            return result;
        }

        try
        {
            using var document = JsonDocument.Parse(await scope.Content.GetAsync(row.OutputSha256!, cancellationToken));
            var answer = document.RootElement.Clone();
            var output = await FieldValues.StoreAsync(scope.Content, answer, FieldValues.MaxInlineOutputBytes, cancellationToken);
            return result with
            {
                Output = output,
                Parts = output.IsStored ? await OutputParts.StoreAsync(pipeline, step, answer, scope.Content, cancellationToken) : null,
            };
        }
        catch (DurableRouterException e) when (e.Code == ErrorCodes.ContentMissing)
        {
            // The answer travelled only in the lost result. The row stays as it is, at its true cost; the workflow asks again.
            return result with
            {
                Outcome = AttemptOutcome.OutcomeUnknown,
                Failure = new StepFailure(FailureCodes.OutcomeUnknown, "the answer was booked and then lost with its delivery", Retryable: true),
            };
        }
    }
}
