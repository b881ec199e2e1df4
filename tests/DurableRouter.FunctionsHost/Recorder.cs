using System.Collections.Concurrent;
using Google.Protobuf;

namespace DurableRouter.FunctionsHost;

/// <summary>Writes down each orchestration trigger, in the order of its instance: <c>INSTANCE/NNN.txt</c> holds one OrchestratorRequest as
/// base64, as the worker gets it.</summary>
/// <param name="folder">Null: nothing is written.</param>
sealed class Recorder(string? folder)
{
    readonly ConcurrentDictionary<string, int> _counts = new();

    public async Task RecordAsync(string request)
    {
        if (folder is null)
        {
            return;
        }

        var instance = InstanceOf(request);
        var place = Path.Combine(folder, instance);
        Directory.CreateDirectory(place);
        var number = _counts.AddOrUpdate(instance, 1, (_, count) => count + 1);
        await File.WriteAllTextAsync(Path.Combine(place, $"{number:D3}.txt"), request);
    }

    // Field 1 of the message is the instance id (durabletask-protobuf, orchestrator_service.proto). The message's own class is internal to
    // the extension.
    static string InstanceOf(string request)
    {
        using var fields = new CodedInputStream(Convert.FromBase64String(request));
        return fields.ReadTag() == WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited)
            ? fields.ReadString()
            : throw new InvalidDataException("An OrchestratorRequest begins with the instance id.");
    }
}
