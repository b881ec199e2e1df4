using System.Text.Json;

namespace DurableRouter.Core.Durability;

/// <summary>All that workflow code may know of the outside, with the meaning that Durable Task gives each member.</summary>
/// <remarks>Everything here is recorded: on replay the same calls return the same values in the same order. Workflow code that reads
/// time, ids, randomness or the environment from anywhere else can't be replayed.</remarks>
public interface IWorkflowContext
{
    string RunId { get; }

    /// <summary>The recorded time of the turn, UTC. It stands still between two awaits of recorded work.</summary>
    DateTimeOffset CurrentTime { get; }

    bool IsReplaying { get; }

    /// <summary>The version of the workflow code that the run started with; a change of the code's commands is guarded by it.</summary>
    int WorkflowVersion { get; }

    /// <summary>Schedules an activity. It runs at least once; its result is committed exactly once.</summary>
    /// <exception cref="ActivityFailedException">The activity threw: a bug or broken infrastructure, never a model's failure.</exception>
    Task<TOutput> CallActivityAsync<TInput, TOutput>(ActivityDefinition<TInput, TOutput> activity, TInput input)
        where TInput : class where TOutput : class;

    /// <summary>Waits for one event of this name. Early events are kept until they are waited for, in order of arrival.</summary>
    /// <param name="name">The event's name, unique per wait where a lost or late event could matter.</param>
    /// <param name="deadline">UTC; <see langword="null"/> waits for ever.</param>
    /// <returns>The event, or <see langword="null"/> when the deadline passed first.</returns>
    Task<ExternalEvent?> WaitForEventAsync(string name, DateTimeOffset? deadline);

    /// <summary>Completes at the first turn at or after <paramref name="due"/> (UTC), once, however often the process restarts.</summary>
    Task DelayUntilAsync(DateTimeOffset due);

    /// <summary>Replaces the run's custom status. Not recorded: replay derives it again.</summary>
    void SetStatus(RunProgress progress);
}

/// <summary>An event from outside the run.</summary>
/// <param name="Id">Chosen by the sender; a second event with the same id is dropped.</param>
/// <param name="Payload">Any JSON value, or <see langword="null"/>.</param>
public sealed record ExternalEvent(string Id, JsonElement? Payload);
