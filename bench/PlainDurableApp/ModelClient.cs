using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Data.Tables;

namespace PlainDurableApp;

/// <summary>Calls an OpenAI-compatible endpoint, and leaves one table row for each call.</summary>
public sealed class ModelClient(HttpClient http, TableClient calls)
{
    const double InputUsdPerMillion = 0.10;
    const double OutputUsdPerMillion = 0.40;

    /// <returns>The model's answer, which is JSON of the prompt's schema.</returns>
    public async Task<JsonElement> AskAsync(string model, Prompt prompt, StepInput step, CancellationToken cancellationToken)
    {
        var request = new
        {
            model,
            messages = new[] { new { role = "system", content = prompt.System }, new { role = "user", content = step.Input.GetRawText() } },
            max_tokens = 4000,
            response_format = new { type = "json_schema", json_schema = new { name = prompt.Name, strict = true, schema = prompt.Schema } },
        };
        var clock = Stopwatch.StartNew();
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request)) { Headers = { ContentType = new("application/json") } };
        using var response = await http.PostAsync("chat/completions", content, cancellationToken);
        response.EnsureSuccessStatusCode();
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        var usage = body.GetProperty("usage");
        var (input, output) = (usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32());
        var row = new TableEntity(step.RunId, prompt.Name)
        {
            ["Model"] = model,
            ["InputTokens"] = input,
            ["OutputTokens"] = output,
            ["CostUsd"] = (input * InputUsdPerMillion + output * OutputUsdPerMillion) / 1_000_000,
            ["LatencyMs"] = clock.ElapsedMilliseconds,
        };
        await calls.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken); // an activity may be delivered twice
        return JsonElement.Parse(body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!);
    }
}
