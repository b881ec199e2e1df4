using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Tests.Shared;

/// <summary>The message of every conformance workflow and activity.</summary>
public sealed record Note(string Text, int Number = 0, DateTimeOffset? At = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Note))]
public sealed partial class ConformanceJson : JsonSerializerContext;

/// <summary>A workflow made of a delegate, so that each fact shows its code in place.</summary>
public sealed class DelegateWorkflow(Func<IWorkflowContext, Note, Task<Note>> code, string name = "conformance", int version = 1) : Workflow<Note, Note>
{
    public override string Name => name;

    public override int CurrentVersion => version;

    public override JsonTypeInfo InputType => ConformanceJson.Default.Note;

    public override JsonTypeInfo OutputType => ConformanceJson.Default.Note;

    public override Task<Note> RunAsync(IWorkflowContext context, Note input) => code(context, input);
}

/// <summary>Activities whose calls are counted in the test, across restarts of the engine.</summary>
public sealed class Probe
{
    public static readonly ActivityDefinition<Note, Note> Work = new("Work", ConformanceJson.Default.Note,
        ConformanceJson.Default.Note, static note => note.Text);
    public static readonly ActivityDefinition<Note, Note> Call = new("Call", ConformanceJson.Default.Note,
        ConformanceJson.Default.Note, static note => note.Text);

    /// <summary>What a call can cost at the most, in US dollars; it costs a quarter of that.</summary>
    public const decimal UpperBoundUsd = 0.04m;

    /// <summary>Texts of the inputs, in order of execution.</summary>
    public ConcurrentQueue<string> Worked { get; } = new();

    public ConcurrentQueue<string> Called { get; } = new();

    public Func<Note, CancellationToken, Task<Note>> OnWork { get; set; } = (note, _) => Task.FromResult(note with { Number = note.Number + 1 });

    public Func<Note, CancellationToken, Task<Note>> OnCall { get; set; } = (note, _) => Task.FromResult(note with { Number = note.Number + 1 });

    public IReadOnlyList<Activity> Activities => [new WorkActivity(this), new CallActivity(this)];

    sealed class WorkActivity(Probe probe) : Activity<Note, Note>(Work)
    {
        public override Task<Note> RunAsync(IActivityScope scope, Note input, CancellationToken cancellationToken)
        {
            probe.Worked.Enqueue(input.Text);
            return probe.OnWork(input, cancellationToken);
        }
    }

    /// <summary>A billed call: its intent is claimed, its row recorded.</summary>
    sealed class CallActivity(Probe probe) : Activity<Note, Note>(Call)
    {
        public override bool IsAttempt => true;

        public override string? ConcurrencyKey(object input) => "model";

        public override async Task<Note> RunAsync(IActivityScope scope, Note input, CancellationToken cancellationToken)
        {
            var key = $"{scope.RunId}/{input.Text}";
            var claim = await scope.ClaimAttemptAsync(new AttemptIntent(key, scope.RunId, "model", UpperBoundUsd), cancellationToken);
            if (claim.Row is { } recorded)
            {
                return input with { Number = recorded.Outcome == AttemptOutcome.OutcomeUnknown ? -1 : input.Number + 1 };
            }

            if (claim.Kind == AttemptClaimKind.Unknown)
            {
                await scope.RecordAttemptAsync(Row(scope, input, key, AttemptOutcome.OutcomeUnknown), cancellationToken);
                return input with { Number = -1 };
            }

            probe.Called.Enqueue(input.Text);
            var answer = await probe.OnCall(input, cancellationToken);
            await scope.RecordAttemptAsync(Row(scope, input, key, AttemptOutcome.Ok), cancellationToken);
            return answer;
        }

        static AttemptRow Row(IActivityScope scope, Note input, string key, AttemptOutcome outcome) => new()
        {
            Key = key,
            RunId = scope.RunId,
            Step = input.Text,
            Role = "extract",
            Pipeline = "conformance",
            Family = "conformance",
            Tier = "fast",
            Model = "model",
            Provider = "simulated",
            Rule = "conformance",
            StartedAt = scope.Clock.GetUtcNow(),
            Usage = outcome == AttemptOutcome.OutcomeUnknown ? TokenUsage.None : new TokenUsage(10, 0, 5, 0),
            UsageSource = UsageSource.Provider,
            CostUsd = outcome == AttemptOutcome.OutcomeUnknown ? UpperBoundUsd : 0.01m,
            PriceAsOf = new DateOnly(2026, 1, 1),
            Outcome = outcome,
            Simulated = true,
            PromptSha256 = new string('a', 64),
        };
    }
}
