using System.Text.Json;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Http.Ledger;

/// <summary>Writes what each check said, the same way wherever an attempt is shown.</summary>
static class CheckJson
{
    public static void WriteList(Utf8JsonWriter json, IReadOnlyList<CheckResult> checks)
    {
        json.WriteStartArray("checks");
        foreach (var check in checks)
        {
            json.WriteStartObject();
            json.WriteString("check", check.Check);
            json.WriteBoolean("passed", check.Passed);
            if (check.Detail is { } detail)
            {
                json.WriteString("detail", detail);
            }

            if (check.Citations is { } citations)
            {
                WriteCitations(json, citations);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void WriteCitations(Utf8JsonWriter json, IReadOnlyList<Citation> citations)
    {
        json.WriteStartArray("citations");
        foreach (var citation in citations)
        {
            json.WriteStartObject();
            json.WriteString("pointer", citation.Pointer);
            json.WriteString("source", citation.Source);
            json.WriteNumber("start", citation.Start);
            json.WriteNumber("end", citation.End);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
