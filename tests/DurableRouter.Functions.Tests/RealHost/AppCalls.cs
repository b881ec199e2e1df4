using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>What callers of the app's HTTP interface do in these tests.</summary>
static class AppCalls
{
    const string Hub = "/runtime/webhooks/durabletask/instances";
    const string HubKey = "code=test-system-key";

    // Each look costs the app several storage requests, which the runs under test would wait for.
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>How long this flow waits for what a run does; null: as long as every test.</summary>
    public static AsyncLocal<TimeSpan?> Patience { get; } = new();

    /// <summary>Starts a run.</summary>
    /// <param name="input">The pipeline's input.</param>
    /// <returns>The run's id.</returns>
    public static async Task<string> StartRunAsync(
        this RunningApp app, object input, string pipeline = "document", decimal? budgetUsd = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/pipelines/{pipeline}/runs")
        {
            Content = JsonContent.Create(budgetUsd is null ? (object)new { input } : new { input, options = new { budgetUsd } }),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await app.Http.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {body}\n{app.Log}");
        return JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
    }

    public static Task<string> StartDocumentAsync(this RunningApp app, string text, string? key = null) =>
        app.StartRunAsync(new { text }, key: key);

    public static Task<JsonElement> RunAsync(this RunningApp app, string run) => app.Http.GetFromJsonAsync<JsonElement>($"/api/runs/{run}");

    /// <summary>Waits until the run has ended, and gives it as the interface shows it.</summary>
    public static async Task<JsonElement> EndAsync(this RunningApp app, string run)
    {
        JsonElement state = default;
        var ended = await LooksAsync(async () =>
        {
            using var answer = await app.Http.GetAsync($"/api/runs/{run}");
            if (!answer.IsSuccessStatusCode)
            {
                return false; // the worker that it was asked of has just died
            }

            state = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return state.GetProperty("runtimeStatus").GetString() is "Completed" or "Failed" or "Terminated";
        });
        Assert.True(ended, $"{run} did not end: {state}\n{app.Log}");
        return state;
    }

    /// <summary>Waits for the run's end, which must be the good one.</summary>
    public static async Task CompletesAsync(this RunningApp app, string run)
    {
        var ended = await app.EndAsync(run);
        Assert.True(ended.GetProperty("outcome").GetString() == "completed", $"{ended}\n{app.Log}");
    }

    /// <summary>The same of a run that may have met a storage that was away: a person lets it try again as often as it asks.</summary>
    public static async Task CompletesWithHelpAsync(this RunningApp app, string run)
    {
        var ended = await LooksAsync(async () =>
        {
            using var answer = await app.Http.GetAsync($"/api/runs/{run}");
            if (!answer.IsSuccessStatusCode)
            {
                return false;
            }

            var state = await answer.Content.ReadFromJsonAsync<JsonElement>();
            if (state.GetProperty("customStatus").ValueKind == JsonValueKind.Object && state.GetProperty("customStatus").GetProperty("waitingFor").GetString() == "resume")
            {
                await app.Http.PostAsync($"/api/runs/{run}/resume", content: null);
            }

            return state.GetProperty("runtimeStatus").GetString() == "Completed";
        });
        Assert.True(ended, $"{run} did not end: {await app.RunAsync(run)}\n{app.Log}");
        await app.CompletesAsync(run);
    }

    /// <summary>Waits until the run asks a person, and gives the approval.</summary>
    /// <param name="revision">Of the answer that is shown: 1 after changes were requested once.</param>
    public static async Task<JsonElement> AskedAsync(this RunningApp app, string run, int revision = 0)
    {
        JsonElement asked = default;
        var came = await LooksAsync(async () =>
        {
            var open = await app.Http.GetFromJsonAsync<JsonElement>($"/api/approvals?status=pending&runId={run}");
            asked = open.GetProperty("value").EnumerateArray()
                .FirstOrDefault(approval => approval.GetProperty("revision").GetInt32() == revision);
            return asked.ValueKind == JsonValueKind.Object;
        });
        Assert.True(came, $"{run} never asked: {await app.RunAsync(run)}\n{app.Log}");
        return asked;
    }

    /// <param name="edits">What the decision changes; null: nothing.</param>
    public static async Task DecideAsync(this RunningApp app, JsonElement approval, string decision, object? edits = null)
    {
        var digest = approval.GetProperty("digest").GetString();
        object body = edits is null ? new { decision, comment = "a test", digest } : new { decision, comment = "a test", digest, edits };
        using var answer = await app.Http.PostAsJsonAsync($"/api/approvals/{approval.GetProperty("id").GetString()}/decision", body);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}\n{app.Log}");
    }

    public static async Task<IReadOnlyList<JsonElement>> LedgerAsync(this RunningApp app, string run)
    {
        var page = await app.Http.GetFromJsonAsync<JsonElement>($"/api/runs/{run}/ledger");
        return [.. page.GetProperty("attempts").EnumerateArray()];
    }

    /// <summary>Presses one of Durable's own buttons.</summary>
    /// <param name="button">With its query.</param>
    public static Task<HttpResponseMessage> PressAsync(this RunningApp app, string run, string button) =>
        app.Http.PostAsync($"{Hub}/{run}/{button}{(button.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{HubKey}", content: null);

    /// <summary>The state of the run's instance in the task hub; null: there is none.</summary>
    public static async Task<string?> HubStatusAsync(this RunningApp app, string run)
    {
        using var answer = await app.Http.GetAsync($"{Hub}/{run}?{HubKey}");
        return answer.StatusCode == HttpStatusCode.NotFound ? null
            : (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("runtimeStatus").GetString();
    }

    /// <summary>What the task hub has of the run's instance; nothing while that is about to begin again.</summary>
    public static async Task<IReadOnlyList<JsonElement>> HubHistoryAsync(this RunningApp app, string run) =>
        (await app.Http.GetFromJsonAsync<JsonElement>($"{Hub}/{run}?showHistory=true&{HubKey}")).TryGetProperty("historyEvents", out var events) ? [.. events.EnumerateArray()] : [];

    static Task<bool> LooksAsync(Func<Task<bool>> condition) => Eventually.TryAsync(async () =>
    {
        if (await condition())
        {
            return true;
        }

        await Task.Delay(Look);
        return false;
    }, Patience.Value);
}
