using System.Text.Json;
using DurableRouter.Core.Durability;

namespace DurableRouter.Http.Runs;

/// <summary>Writes a run's JSON form, with the names of the Durable Functions HTTP interface where it has them.</summary>
public static class RunJson
{
    public static void Write(Utf8JsonWriter json, RunView run)
    {
        json.WriteStartObject();
        WriteMembers(json, run);
        json.WriteEndObject();
    }

    /// <summary>The members alone, for a writer that adds more of its own.</summary>
    public static void WriteMembers(Utf8JsonWriter json, RunView run)
    {
        var snapshot = run.Snapshot;
        json.WriteString("id", snapshot.RunId);
        json.WriteString("instanceId", snapshot.RunId);
        json.WriteString("name", snapshot.Workflow);
        json.WriteString("pipeline", snapshot.Index.Pipeline);
        json.WriteString("runtimeStatus", Word(snapshot.Status));
        json.WriteString("createdTime", snapshot.CreatedAt.UtcDateTime);
        json.WriteString("lastUpdatedTime", snapshot.LastUpdatedAt.UtcDateTime);
        json.WritePropertyName("customStatus");
        WriteProgress(json, snapshot.Progress);
        WriteResult(json, run);
        WriteError(json, run);
        json.WriteStartObject("tags");
        foreach (var (name, value) in snapshot.Index.Tags)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        if (snapshot.Index.Requester is { } requester)
        {
            json.WriteString("requester", requester);
        }

        if (run.Input is { } input)
        {
            WriteValues(json, "input", input);
        }

        if (run.History is { } history)
        {
            WriteHistory(json, history, run.WithHistoryData);
        }
    }

    public static string Word(RuntimeStatus status) => status switch
    {
        RuntimeStatus.Pending => "Pending",
        RuntimeStatus.Running => "Running",
        RuntimeStatus.Suspended => "Suspended",
        RuntimeStatus.Completed => "Completed",
        RuntimeStatus.Failed => "Failed",
        _ => "Terminated",
    };

    /// <summary>Every member, so that a reader finds null and not nothing.</summary>
    static void WriteProgress(Utf8JsonWriter json, RunProgress? progress)
    {
        if (progress is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("step", progress.Step);
        json.WriteString("progress", progress.Progress);
        json.WriteString("waitingFor", progress.WaitingFor);
        json.WriteNumber("costUsd", progress.CostUsd);
        if (progress.BudgetUsd is { } budget)
        {
            json.WriteNumber("budgetUsd", budget);
        }
        else
        {
            json.WriteNull("budgetUsd");
        }

        json.WriteEndObject();
    }

    static void WriteResult(Utf8JsonWriter json, RunView run)
    {
        json.WritePropertyName("output");
        if (run.Output is { } output)
        {
            output.WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }

        if (run.OutputExpired)
        {
            json.WriteBoolean("outputExpired", true);
        }

        if (run.Result is not { } result)
        {
            return;
        }

        json.WriteString("outcome", result.Outcome);
        json.WriteStartArray("degraded");
        foreach (var reason in result.Degraded)
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
        json.WriteBoolean("simulated", result.Summary.Simulated);
        if (run.Partial.Count > 0)
        {
            WriteValues(json, "partial", run.Partial);
        }
    }

    static void WriteError(Utf8JsonWriter json, RunView run)
    {
        var failure = run.Result?.Failure;
        var code = failure?.Code ?? run.Snapshot.Error?.Code;
        if (code is null)
        {
            return;
        }

        json.WriteStartObject("error");
        json.WriteString("code", code);
        json.WriteString("message", failure?.Message ?? run.Snapshot.Error?.Message);
        if (failure?.Step is { } step)
        {
            json.WriteString("step", step);
        }

        if (failure is { Attempts.Count: > 0 })
        {
            json.WriteStartArray("attempts");
            foreach (var attempt in failure.Attempts)
            {
                json.WriteStartObject();
                json.WriteString("key", attempt.Key);
                json.WriteString("model", attempt.Model);
                json.WriteString("outcome", attempt.Outcome);
                if (attempt.FailureCode is not null)
                {
                    json.WriteString("failureCode", attempt.FailureCode);
                }

                if (attempt.Message is not null)
                {
                    json.WriteString("message", attempt.Message);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    static void WriteValues(Utf8JsonWriter json, string name, IReadOnlyList<KeyValuePair<string, JsonElement>> values)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in values)
        {
            json.WritePropertyName(key);
            value.WriteTo(json);
        }

        json.WriteEndObject();
    }

    static void WriteHistory(Utf8JsonWriter json, IReadOnlyList<HistoryEntry> history, bool withData)
    {
        json.WriteStartArray("historyEvents");
        foreach (var entry in history)
        {
            json.WriteStartObject();
            json.WriteNumber("sequence", entry.Sequence);
            json.WriteString("timestamp", entry.At.UtcDateTime);
            json.WriteString("eventType", entry.Kind);
            if (entry.Name is not null)
            {
                json.WriteString("name", entry.Name);
            }

            if (entry.Subject != 0)
            {
                json.WriteNumber("subject", entry.Subject);
            }

            if (withData && entry.Data is { } data)
            {
                json.WritePropertyName("data");
                data.WriteTo(json);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
