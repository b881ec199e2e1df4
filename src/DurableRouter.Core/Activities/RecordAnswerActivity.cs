using DurableRouter.Core.Compilation;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Review;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Activities;

/// <summary>Checks what a person answered or edited as a model's answer would be, and books it at no cost.</summary>
sealed class RecordAnswerActivity(IDefinitionSource definitions) : Activity<RecordAnswer, AttemptResult>(RouterActivities.RecordAnswer)
{
    public override async Task<AttemptResult> RunAsync(IActivityScope scope, RecordAnswer input, CancellationToken cancellationToken)
    {
        var compiled = definitions.Get(input.Definition);
        var definition = compiled.Definition;
        var step = definition.Pipeline.Step(input.Step);
        var data = await AttemptFields.ReadAsync(input.Fields, input.Evidence, scope.Content, cancellationToken);
        var review = OutputReview.Run(compiled.Step(step.Id), await FieldValues.ReadAsync(input.Answer, scope.Content, cancellationToken), data);
        if (review.FailureCode is { } code)
        {
            // Refused when it was given, normally: then nothing arrives here. Not booked, because nothing was accepted.
            return new AttemptResult
            {
                Outcome = AttemptOutcome.Failed,
                Failure = new StepFailure(code, review.Message),
                Rejected = new Repair(review.Problems, ""),
                Checks = review.Checks,
            };
        }

        var canonical = FieldValues.Canonical(review.Answer);
        var output = await FieldValues.StoreAsync(scope.Content, review.Answer, canonical, FieldValues.MaxInlineOutputBytes, cancellationToken);
        await scope.RecordAttemptAsync(new AttemptRow
        {
            Key = input.Key,
            RunId = scope.RunId,
            Step = step.Id,
            Role = Words.Of(step.Kind),
            Pipeline = definition.Pipeline.Name,
            Family = definition.Pipeline.Family,
            Revision = input.Revision,
            Ordinal = input.Ordinal,
            Tier = "human",
            Model = "human:" + input.Subject,
            Provider = "human",
            Rule = input.Rule,
            StartedAt = input.DecidedAt,
            PriceAsOf = definition.Catalog.AsOf,
            Outcome = AttemptOutcome.Ok,
            Checks = review.Checks,
            OutputSha256 = FieldValues.Sha256(canonical.Span),
            Approval = input.Approval,
        }, cancellationToken);
        return new AttemptResult
        {
            Outcome = AttemptOutcome.Ok,
            Output = output,
            Parts = output.IsStored ? await OutputParts.StoreAsync(definition.Pipeline, step.Id, review.Answer, scope.Content, cancellationToken) : null,
            Checks = [.. review.Checks.Select(c => c with { Citations = null })],
        };
    }
}
