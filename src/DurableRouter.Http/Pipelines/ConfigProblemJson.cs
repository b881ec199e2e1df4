using System.Text.Json;
using DurableRouter.Core.Configuration.Yaml;

namespace DurableRouter.Http.Pipelines;

/// <summary>The verdict on a configuration, the same over HTTP and from the command line: <c>valid</c>, and <c>errors</c> with file, line and detail.</summary>
public static class ConfigProblemJson
{
    /// <summary>Writes both members into the open object.</summary>
    public static void WriteMembers(Utf8JsonWriter json, bool isValid, IReadOnlyList<ConfigProblem> problems)
    {
        json.WriteBoolean("valid", isValid);
        json.WriteStartArray("errors");
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("file", problem.File);
            json.WriteNumber("line", problem.Line);
            json.WriteString("detail", problem.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
