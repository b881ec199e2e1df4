using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DurableRouter.Core.Ledger;
using DurableRouter.Http.Problems;

namespace DurableRouter.Local.Sessions;

/// <summary>A running host, over its HTTP interface. A host with keys wants one in DURABLEROUTER_KEY.</summary>
sealed class RemoteSession : IRouterSession
{
    const int PageSize = 1000;

    readonly HttpClient _http;

    public RemoteSession(Uri host, string? key = null)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = host, Timeout = TimeSpan.FromSeconds(100) };
        if (!string.IsNullOrEmpty(key))
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    public Task<string> StartAsync(string pipeline, JsonElement input, decimal? budgetUsd, CancellationToken cancellationToken) =>
        StartAsync(pipeline, input, budgetUsd, route: null, cancellationToken);

    /// <param name="route">A task family whose routes are used instead of the pipeline's; null: the pipeline's.</param>
    public async Task<string> StartAsync(string pipeline, JsonElement input, decimal? budgetUsd, string? route, CancellationToken cancellationToken)
    {
        var started = await PostAsync($"api/pipelines/{Escape(pipeline)}/runs", json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("input");
            input.WriteTo(json);
            json.WriteStartObject("options");
            if (budgetUsd is { } usd)
            {
                json.WriteNumber("budgetUsd", usd);
            }

            if (route is not null)
            {
                json.WriteString("route", route);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }, LocalJson.Default.StartedInfo, cancellationToken);
        return started.Value.Id;
    }

    public Task<Document<RunInfo>> GetAsync(string runId, CancellationToken cancellationToken) =>
        GetAsync($"api/runs/{Escape(runId)}", LocalJson.Default.RunInfo, cancellationToken);

    public Task<Document<RunListInfo>> ListAsync(RunFilter filter, CancellationToken cancellationToken)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"api/runs?top={filter.Top}");
        query += filter.Status is null ? "" : $"&runtimeStatus={Escape(filter.Status)}";
        query += filter.Pipeline is null ? "" : $"&pipeline={Escape(filter.Pipeline)}";
        query += filter.ContinuationToken is null ? "" : $"&continuationToken={Escape(filter.ContinuationToken)}";
        return GetAsync(query, LocalJson.Default.RunListInfo, cancellationToken);
    }

    public Task<Document<LedgerInfo>> LedgerAsync(string runId, CancellationToken cancellationToken) =>
        GetAsync($"api/runs/{Escape(runId)}/ledger", LocalJson.Default.LedgerInfo, cancellationToken);

    public Task<Document<ExplanationInfo>> ExplainAsync(string runId, CancellationToken cancellationToken) =>
        GetAsync($"api/runs/{Escape(runId)}/explain", LocalJson.Default.ExplanationInfo, cancellationToken);

    public Task<Document<ApprovalListInfo>> ApprovalsAsync(string? runId, bool pendingOnly, CancellationToken cancellationToken) =>
        GetAsync($"api/approvals?top={PageSize}{(pendingOnly ? "&status=pending" : "")}{(runId is null ? "" : $"&runId={Escape(runId)}")}",
            LocalJson.Default.ApprovalListInfo, cancellationToken);

    public Task<Document<ApprovalInfo>> ApprovalAsync(string approvalId, CancellationToken cancellationToken) =>
        GetAsync($"api/approvals/{Escape(approvalId)}", LocalJson.Default.ApprovalInfo, cancellationToken);

    public Task<Document<LinkInfo>> LinkAsync(string approvalId, string subject, CancellationToken cancellationToken) =>
        PostAsync($"api/approvals/{Escape(approvalId)}/links", json =>
        {
            json.WriteStartObject();
            json.WriteString("subject", subject);
            json.WriteEndObject();
        }, LocalJson.Default.LinkInfo, cancellationToken);

    public Task<Document<ReceiptInfo>> DecideAsync(Decision decision, CancellationToken cancellationToken) =>
        PostAsync($"api/approvals/{Escape(decision.ApprovalId)}/decision", json =>
        {
            json.WriteStartObject();
            json.WriteString("decision", decision.Word);
            json.WriteString("digest", decision.Digest);
            if (decision.Comment is not null)
            {
                json.WriteString("comment", decision.Comment);
            }

            if (decision.Edits is { } edits)
            {
                json.WritePropertyName("edits");
                edits.WriteTo(json);
            }

            json.WriteEndObject();
        }, LocalJson.Default.ReceiptInfo, cancellationToken);

    public Task SuspendAsync(string runId, string? reason, CancellationToken cancellationToken) => SteerAsync(runId, "suspend", reason, cancellationToken);

    public Task ResumeAsync(string runId, string? reason, CancellationToken cancellationToken) => SteerAsync(runId, "resume", reason, cancellationToken);

    public Task TerminateAsync(string runId, string? reason, CancellationToken cancellationToken) => SteerAsync(runId, "terminate", reason, cancellationToken);

    public async Task<IReadOnlyList<EventInfo>> EventsAsync(string runId, string? after, CancellationToken cancellationToken) =>
        (await GetAsync(EventsPath(runId, after), LocalJson.Default.EventListInfo, cancellationToken)).Value.Value;

    /// <summary>Opens the run's event stream and closes it at its first event: a wait without polling.</summary>
    public async Task WaitForEventAsync(string runId, string? after, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, EventsPath(runId, after));
            request.Headers.Accept.ParseAdd("text/event-stream");
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(timeout.Token));
            while (await lines.ReadLineAsync(timeout.Token) is { } line && !line.StartsWith("event:", StringComparison.Ordinal))
            {
                // Comments and the retry time come before the first event.
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over; the caller looks again.
        }
    }

    public async Task<IReadOnlyDictionary<string, string>> TiersAsync(CancellationToken cancellationToken) =>
        (await GetAsync("api/models", LocalJson.Default.ModelListInfo, cancellationToken)).Value.Value
            .ToDictionary(m => m.Name, m => m.Tier, StringComparer.Ordinal);

    public async Task<IReadOnlyList<CostGroup>> CostAsync(DateTimeOffset? from, DateTimeOffset? to, CostGrouping grouping,
        CancellationToken cancellationToken) =>
        (await GetAsync($"api/stats/cost?groupBy={grouping}{Period(from, to)}", LocalJson.Default.CostListInfo, cancellationToken)).Value.Value;

    public async Task<IReadOnlyList<RoutingGroup>> RoutingAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) =>
        (await GetAsync($"api/stats/routing?{Period(from, to).TrimStart('&')}", LocalJson.Default.RoutingListInfo, cancellationToken)).Value.Value;

    static string Period(DateTimeOffset? from, DateTimeOffset? to) =>
        (from is { } f ? $"&from={Escape(f.ToString("O", CultureInfo.InvariantCulture))}" : "") + (to is { } t ? $"&to={Escape(t.ToString("O", CultureInfo.InvariantCulture))}" : "");


    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    static string EventsPath(string runId, string? after) => $"api/runs/{Escape(runId)}/events{(after is null ? "" : $"?after={Escape(after)}")}";

    static string Escape(string text) => Uri.EscapeDataString(text);

    async Task SteerAsync(string runId, string verb, string? reason, CancellationToken cancellationToken)
    {
        var query = reason is null ? "" : $"?reason={Escape(reason)}";
        using var response = await _http.PostAsync($"api/runs/{Escape(runId)}/{verb}{query}", content: null, cancellationToken);
        await ThrowUnlessOkAsync(response, cancellationToken);
    }

    async Task<Document<T>> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(path, cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    async Task<Document<T>> PostAsync<T>(string path, Action<Utf8JsonWriter> write, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            write(json);
        }

        using var content = new ByteArrayContent(body.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await _http.PostAsync(path, content, cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    static async Task<Document<T>> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await ThrowUnlessOkAsync(response, cancellationToken);
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var element = document.RootElement.Clone();
        return new Document<T>(element.Deserialize(type)!, element);
    }

    static async Task ThrowUnlessOkAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        ProblemInfo? problem = null;
        try
        {
            problem = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), LocalJson.Default.ProblemInfo);
        }
        catch (JsonException)
        {
            // Not our host's words: the status has to do.
        }

        throw new RefusedException(problem?.Code ?? HttpCodes.InternalError, problem?.Detail ?? $"{response.RequestMessage?.RequestUri} answered {(int)response.StatusCode}.",
            [.. (problem?.Errors ?? []).Select(e => new ProblemItem(e.Pointer, e.Detail))]);
    }
}
