using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DurableRouter.Core.Notifications;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>Ways in beside the plain ones, on the published app, Durable and Azurite: the page of a one-time link, a signed message, a picture, a long text; and the
/// end of what is kept.</summary>
public sealed class PeopleTests : IAsyncLifetime
{
    const string Variable = "DURABLEROUTER_TEST_SECRET";
    const string Secret = "whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0LW5ldy1zZWNyZXQ=";
    static readonly string Png = "data:image/png;base64," + Convert.ToBase64String([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. new byte[40]]);

    FakeModelEndpoint _endpoint = null!;
    FakeTool _tool = null!;
    AppSetup _setup = null!;
    RunningApp _app = null!;

    public async Task InitializeAsync()
    {
        _endpoint = await FakeModelEndpoint.StartAsync(call => call.Model == "seer" ? FakeReply.Answer(call, """{"title":"A picture"}""") : SaneReplies.For(call));
        _tool = await FakeTool.StartAsync();
        _setup = await AppSetup.CreateAsync();
        var config = StoryFiles.Write(_setup.Folder("config"), _endpoint.Address, _tool.Address);
        var models = Path.Combine(config, "models.yaml");
        await File.WriteAllTextAsync(models, (await File.ReadAllTextAsync(models)).TrimEnd()
            + "\n  seer: { provider: one, tier: fast, price: { input: 1, cachedInput: 1, output: 1, source: test }, limits: { context: 1000000, output: 65536 }, "
            + "capabilities: { structuredOutput: true, vision: true } }\n");
        await File.WriteAllTextAsync(Path.Combine(config, "pipelines", "photo.yaml"), """
            name: photo
            family: titles
            input: { type: object, required: [photo], properties: { photo: { type: string } }, additionalProperties: false }
            steps:
              - id: title
                kind: generate
                input: { photo: { from: input.photo, media: image } }
                route: { models: [seer] }
                instructions: Give the picture a title.
                output: { type: object, required: [title], properties: { title: { type: string } }, additionalProperties: false }
            result: title
            """);
        await File.WriteAllTextAsync(Path.Combine(config, "webhooks.yaml"), $"approvals:\n  in:\n    - {{ name: chat, secretsEnv: [{Variable}] }}\n");
        _setup.Settings[Settings.Config] = config;
        _setup.Settings[Variable] = Secret;
        _app = await _setup.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _setup.Dispose();
        await _tool.DisposeAsync();
        await _endpoint.DisposeAsync();
    }

    /// <summary>What the page does with a link: it asks for its approval with the token, shows it, and sends the decision.</summary>
    [Fact]
    public async Task Link_OpensItsPage_AndDecidesOnce()
    {
        var run = await _app.StartRunAsync(new { text = Samples.Memo }, "ticket");
        var approval = await _app.AskedAsync(run);
        var id = approval.GetProperty("id").GetString();
        using var made = await _app.Http.PostAsJsonAsync($"/api/approvals/{id}/links", new { subject = "dora" });
        var link = new Uri((await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("url").GetString()!);

        var page = await _app.Http.GetStringAsync(link.AbsolutePath);
        Assert.Contains("<button", page, StringComparison.Ordinal);
        Assert.DoesNotContain("dora", page, StringComparison.Ordinal);
        using var visitor = new HttpClient { BaseAddress = _app.Http.BaseAddress };
        visitor.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", link.Fragment[1..]);
        var shown = await visitor.GetFromJsonAsync<JsonElement>($"/api/approvals/{id}");
        using var decided = await visitor.PostAsJsonAsync($"/api/approvals/{id}/decision", new { decision = "approved", digest = shown.GetProperty("digest").GetString() });
        using var again = await visitor.PostAsJsonAsync($"/api/approvals/{id}/decision", new { decision = "rejected", digest = shown.GetProperty("digest").GetString() });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (decided.StatusCode, again.StatusCode));
        await _app.CompletesAsync(run);
        await HoldsOneVoteAsync(id, "link");
        Assert.Single(_tool.Effects);
    }

    [Fact]
    public async Task SignedMessage_DecidesOnce_HoweverOftenItComes()
    {
        var run = await _app.StartRunAsync(new { text = Samples.Memo }, "ticket");
        var approval = await _app.AskedAsync(run);
        var id = approval.GetProperty("id").GetString();
        var body = JsonSerializer.Serialize(new { approval = id, decision = "approved", digest = approval.GetProperty("digest").GetString(), subject = "dora" });

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(body, signedFor: body + " "));
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(body, body));
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(body, body));

        await _app.CompletesAsync(run);
        await HoldsOneVoteAsync(id, "webhook:chat");
        Assert.Single(_tool.Effects);
    }

    [Fact]
    public async Task Picture_ReachesTheModelThatSees()
    {
        var run = await _app.StartRunAsync(new { photo = Png }, "photo");

        await _app.CompletesAsync(run);

        var call = Assert.Single(_endpoint.Calls, c => c.Model == "seer");
        Assert.Contains(Png, call.Request.GetRawText().Replace("\\u002B", "+", StringComparison.Ordinal), StringComparison.Ordinal);
        await LedgerLog.MatchesAsync(_app, _endpoint, run);
    }

    [Fact]
    public async Task TextOf900Kilobytes_ReachesTheModelWhole_AndComesBack()
    {
        var text = "é" + string.Concat(Enumerable.Repeat("a clause of the letter ", 900 * 1024 / 23));

        var run = await _app.StartRunAsync(new { text }, "title");

        await _app.CompletesAsync(run);
        var shown = await _app.Http.GetFromJsonAsync<JsonElement>($"/api/runs/{run}?showInput=true");
        Assert.Equal(text, shown.GetProperty("input").GetProperty("text").GetString());
        Assert.Contains(_endpoint.Calls, c => c.Key!.StartsWith(run, StringComparison.Ordinal) && c.Request.GetRawText().Length > 880 * 1024);
        await LedgerLog.MatchesAsync(_app, _endpoint, run);
    }

    /// <summary>The app comes back two months later, by its clock.</summary>
    [Fact]
    public async Task RunsOfLongAgo_AreRemovedByTheTimer_AndTheirLedgerStays()
    {
        var (run, held) = (await _app.StartRunAsync(new { text = Samples.Memo }, "title"), await _app.StartRunAsync(new { text = Samples.Memo }, "ticket"));
        await _app.CompletesAsync(run);
        await _app.AskedAsync(held);
        var ledger = await _app.LedgerAsync(run);
        await _app.DisposeAsync();
        _setup.HasHook = true;
        _setup.Settings["PLANTED_CLOCK"] = "60.00:00:00";
        _app = await _setup.StartAsync();

        await _app.FireAsync("PurgeOldRuns");

        using var gone = await _app.Http.GetAsync($"/api/runs/{run}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        using var instance = await _app.Http.GetAsync($"/runtime/webhooks/durabletask/instances/{run}?code=test-system-key");
        Assert.Equal(HttpStatusCode.NotFound, instance.StatusCode);
        Assert.Equal(ledger.Select(row => row.GetRawText()), (await _app.LedgerAsync(run)).Select(row => row.GetRawText()));
        Assert.Equal("Running", (await _app.RunAsync(held)).GetProperty("runtimeStatus").GetString());
    }

    async Task HoldsOneVoteAsync(string? approval, string via)
    {
        var vote = Assert.Single((await _app.Http.GetFromJsonAsync<JsonElement>($"/api/approvals/{approval}")).GetProperty("votes").EnumerateArray().ToList());
        Assert.Equal(("approved", "dora", via), (vote.GetProperty("decision").GetString(), vote.GetProperty("subject").GetString(), vote.GetProperty("via").GetString()));
    }

    async Task<HttpStatusCode> SendAsync(string body, string signedFor)
    {
        var now = DateTimeOffset.UtcNow;
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/webhooks/approvals") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        message.Headers.Add("webhook-id", "msg-1");
        message.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        message.Headers.Add("webhook-signature", WebhookSignature.Sign([WebhookSignature.ReadSecret(Secret)!], "msg-1", now, Encoding.UTF8.GetBytes(signedFor)));
        using var answer = await _app.Http.SendAsync(message);
        return answer.StatusCode;
    }
}
