using System.Text.Json;
using DurableRouter.Core.Compilation;
using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Storage;
using DurableRouter.Tests;
using Microsoft.DurableTask.Protobuf;
using ActionCase = Microsoft.DurableTask.Protobuf.OrchestratorAction.OrchestratorActionTypeOneofCase;
using EventCase = Microsoft.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;

namespace DurableRouter.Functions.Tests.Durable;

/// <summary>One run of a released version as its task hub had it: <c>tests/golden/hub</c>.</summary>
sealed class HubStory
{
    /// <summary>Where the definitions lie that the runs of a version are pinned to, each under its address.</summary>
    public const string DefinitionsFolder = "definitions";

    static readonly string Root = Path.Combine(Repository.Root, "tests", "golden", "hub");
    readonly string _version;
    readonly IReadOnlyList<OrchestratorRequest> _requests;

    public HubStory(string version, string name)
    {
        _version = version;
        Requests = [.. Directory.GetFiles(Path.Combine(Root, version, name)).Order(StringComparer.Ordinal).Select(File.ReadAllText)];
        _requests = [.. Requests.Select(Parse)];
    }

    /// <summary>Version and story of each.</summary>
    public static IEnumerable<(string Version, string Name)> All =>
        from version in Directory.GetDirectories(Root)
        from story in Directory.GetDirectories(version)
        where Path.GetFileName(story) != DefinitionsFolder
        select (Path.GetFileName(version), Path.GetFileName(story));

    /// <summary>In order, as base64.</summary>
    public IReadOnlyList<string> Requests { get; }

    /// <summary>What the runs were pinned to, whatever this program's own configuration is.</summary>
    public IDefinitionSource Definitions => new DefinitionCache(sha256 =>
        Path.Combine(Root, _version, DefinitionsFolder, $"{sha256}.json") is var file && File.Exists(file) ? File.ReadAllBytes(file) : null);

    /// <summary>What that version's orchestrator asked for at a request but the last: the next request's history tells.</summary>
    /// <param name="request">From 0.</param>
    public IReadOnlyList<string> AskedAfter(int request) =>
        [.. _requests[request + 1].PastEvents.Skip(_requests[request].PastEvents.Count + _requests[request].NewEvents.Count).Select(Describe).OfType<string>()];

    /// <summary>The same of an answer.</summary>
    public static IReadOnlyList<string> Asked(OrchestratorResponse answer) => [.. answer.Actions.Select(Describe)];

    /// <summary>Adds a story to a version's folder, with the definition that its run is pinned to.</summary>
    /// <param name="requests">The folder of the run's requests.</param>
    /// <param name="storage">The connection of the app that ran it.</param>
    public static async Task KeepAsync(string requests, string version, string name, string storage)
    {
        var story = Directory.CreateDirectory(Path.Combine(version, name)).FullName;
        foreach (var request in Directory.GetFiles(requests))
        {
            File.Copy(request, Path.Combine(story, Path.GetFileName(request)), overwrite: true);
        }

        var first = Parse(File.ReadAllText(Directory.GetFiles(story).Order(StringComparer.Ordinal).First()));
        var input = first.NewEvents.Single(e => e.EventTypeCase == EventCase.ExecutionStarted).ExecutionStarted.Input;
        var definition = JsonElement.Parse(input).GetProperty("definition").GetString()!;
        var content = new BlobContentStore(TestStorage.Open(storage, StorageLayout.DefaultPrefix));
        var folder = Directory.CreateDirectory(Path.Combine(version, DefinitionsFolder)).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, $"{definition}.json"), (await content.GetAsync(definition, CancellationToken.None)).ToArray());
    }

    static OrchestratorRequest Parse(string request) => OrchestratorRequest.Parser.ParseFrom(Convert.FromBase64String(request));

    static string? Describe(HistoryEvent happened) => happened.EventTypeCase switch
    {
        EventCase.TaskScheduled => $"{happened.EventId} {happened.TaskScheduled.Name}",
        EventCase.TimerCreated => $"{happened.EventId} timer at {happened.TimerCreated.FireAt.ToDateTime():O}",
        _ => null,
    };

    static string Describe(OrchestratorAction action) => action.OrchestratorActionTypeCase switch
    {
        ActionCase.ScheduleTask => $"{action.Id} {action.ScheduleTask.Name}",
        ActionCase.CreateTimer => $"{action.Id} timer at {action.CreateTimer.FireAt.ToDateTime():O}",
        ActionCase.CompleteOrchestration => $"{action.CompleteOrchestration.OrchestrationStatus} {action.CompleteOrchestration.FailureDetails?.ErrorMessage}",
        _ => $"{action.OrchestratorActionTypeCase}",
    };
}
