using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Http.Runs;

/// <summary>A run as people and programs see it: the snapshot with its stored values fetched. The command line prints the same object.</summary>
/// <param name="Result">Null until the workflow ended.</param>
/// <param name="Output">Null without one, or when retention has removed it.</param>
/// <param name="OutputExpired">True when the run had an output that retention has removed.</param>
/// <param name="Partial">What a run that ended early had finished, by step; empty otherwise.</param>
/// <param name="Input">Null unless asked for.</param>
/// <param name="History">Null unless asked for.</param>
public sealed record RunView(RunSnapshot Snapshot, RunOutput? Result, JsonElement? Output, bool OutputExpired,
    IReadOnlyList<KeyValuePair<string, JsonElement>> Partial, IReadOnlyList<KeyValuePair<string, JsonElement>>? Input,
    IReadOnlyList<HistoryEntry>? History, bool WithHistoryData)
{
    /// <summary>The run without its values: what a list shows.</summary>
    public static RunView Summary(RunSnapshot snapshot) => new(snapshot, ResultOf(snapshot), null, false, [], null, null, false);

    /// <summary>The run with its output.</summary>
    public static Task<RunView> LoadAsync(IRunClient runs, IContentStore content, RunSnapshot snapshot, CancellationToken cancellationToken) =>
        LoadAsync(runs, content, snapshot, default, cancellationToken);

    internal static Task<RunView> LoadAsync(RouterApi api, RunSnapshot snapshot, StatusOptions options, CancellationToken cancellationToken) =>
        LoadAsync(api.Runs, api.Content, snapshot, options, cancellationToken);

    static async Task<RunView> LoadAsync(IRunClient runs, IContentStore content, RunSnapshot snapshot, StatusOptions options,
        CancellationToken cancellationToken)
    {
        var result = ResultOf(snapshot);
        var output = result?.Output is { } value ? await ReadAsync(content, value, cancellationToken) : null;
        IReadOnlyList<KeyValuePair<string, JsonElement>>? input = null;
        if (options.ShowInput)
        {
            input = await ReadAllAsync(content, snapshot.Input.Deserialize(CoreJson.Default.RunInput)!.Input, cancellationToken);
        }

        IReadOnlyList<HistoryEntry>? history = null;
        if (options.ShowHistory || options.ShowHistoryOutput)
        {
            history = await runs.HistoryAsync(snapshot.RunId, 0, cancellationToken);
        }

        var partial = result?.Partial is { Count: > 0 } steps ? await ReadAllAsync(content, steps, cancellationToken) : [];
        var expired = result?.Output is not null && output is null;
        return new RunView(snapshot, result, output, expired, partial, input, history, options.ShowHistoryOutput);
    }

    static RunOutput? ResultOf(RunSnapshot snapshot) => snapshot.OutputJson is { } output
        ? JsonSerializer.Deserialize(output.Span, CoreJson.Default.RunOutput)
        : null;

    static async Task<IReadOnlyList<KeyValuePair<string, JsonElement>>> ReadAllAsync(IContentStore content,
        IReadOnlyDictionary<string, FieldValue> values, CancellationToken cancellationToken)
    {
        var read = new List<KeyValuePair<string, JsonElement>>(values.Count);
        foreach (var (name, value) in values)
        {
            if (await ReadAsync(content, value, cancellationToken) is { } element)
            {
                read.Add(new(name, element));
            }
        }

        return read;
    }

    static async Task<JsonElement?> ReadAsync(IContentStore content, FieldValue value, CancellationToken cancellationToken)
    {
        try
        {
            return await FieldValues.ReadAsync(value, content, cancellationToken);
        }
        catch (DurableRouterException exception) when (exception.Code == ErrorCodes.ContentMissing)
        {
            return null;
        }
    }
}
