using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using DurableRouter.Core.Notifications;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>What comes into the published app another way than by the plain API: decisions by a link's page and by a signed message, media, and inputs
/// that are too long for a row or a message.</summary>
public sealed class RunWaysTests(RunWaysTests.SharedApp shared) : IClassFixture<RunWaysTests.SharedApp>
{
    const string Secret = "whsec_c3RvcnktYXBwLXNlY3JldC1zdG9yeS1hcHAtc2VjcmV0";

    RunningApp App => shared.App;

    [Fact]
    public async Task Approval_ByThePageOfALink_EndsTheRun_InThatPersonsName()
    {
        var run = await App.StartDocumentAsync(Samples.Agreement);
        var id = (await App.AskedAsync(run)).GetProperty("id").GetString()!;
        using var made = await App.Http.PostAsJsonAsync($"/api/approvals/{id}/links", new { subject = "dora" });
        var link = new Uri((await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("url").GetString()!);

        using var page = await App.Http.GetAsync(link.AbsolutePath);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("script-src 'sha256-", page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("<form id=\"decide\"", await page.Content.ReadAsStringAsync());

        // What the page's script then does in the browser, which sends the origin along and never the fragment.
        using var browser = new HttpClient { BaseAddress = App.Http.BaseAddress };
        browser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", link.Fragment[1..]);
        browser.DefaultRequestHeaders.Add("Origin", App.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        var shown = await browser.GetFromJsonAsync<JsonElement>($"/api/approvals/{id}");
        Assert.Equal("pending", shown.GetProperty("status").GetString());
        using var decided = await browser.PostAsJsonAsync($"/api/approvals/{id}/decision",
            new { decision = "approved", digest = shown.GetProperty("digest").GetString(), comment = "read it" });
        Assert.Equal("dora", (await decided.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("subject").GetString());

        await App.CompletesAsync(run);
        Assert.Equal("dora by link: read it", await VoteAsync(id));
    }

    [Fact]
    public async Task Approval_BySignedMessage_EndsTheRun_AndAForgedOneDoesNothing()
    {
        var run = await App.StartDocumentAsync(Samples.Agreement);
        var asked = await App.AskedAsync(run);
        var id = asked.GetProperty("id").GetString()!;
        var body = JsonSerializer.Serialize(new
        {
            approval = id,
            decision = "approved",
            digest = asked.GetProperty("digest").GetString(),
            subject = "emil",
            comment = "by chat",
        });

        Assert.Equal(401, await SendAsync("forged-" + id, body, body.Replace("approved", "rejected", StringComparison.Ordinal)));
        Assert.Equal(204, await SendAsync("sent-" + id, body, body));
        Assert.Equal(204, await SendAsync("sent-" + id, body, body));

        await App.CompletesAsync(run);
        Assert.Equal("emil by webhook:chat: by chat", await VoteAsync(id));
    }

    [Fact]
    public async Task Photo_GoesToAModelThatSees_AndComesBackAsItWas()
    {
        var bytes = new byte[300_000];
        Random.Shared.NextBytes(bytes);
        new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }.CopyTo(bytes, 0);
        var photo = "data:image/png;base64," + Convert.ToBase64String(bytes);

        var run = await App.StartRunAsync(new { photo }, "photo");

        await App.CompletesAsync(run);
        var call = Assert.Single(shared.Endpoint.Calls, call => call.Key!.StartsWith(run, StringComparison.Ordinal));
        Assert.Equal("seer-1", call.Model);
        var seen = call.Request.GetProperty("messages")[1].GetProperty("content").EnumerateArray().Single(part => part.GetProperty("type").GetString() == "image_url");
        Assert.Equal(photo, seen.GetProperty("image_url").GetProperty("url").GetString());
        Assert.Equal("A grey cat.", (await App.RunAsync(run)).GetProperty("output").GetProperty("words").GetString());
        Assert.Equal(photo, await InputAsync(run, "photo"));
    }

    [Fact]
    public async Task Input_Of900Kilobytes_IsReadWhole_AndStandsInNoMessageOfTheTaskHub()
    {
        var text = string.Concat(Enumerable.Repeat("a long input ", 900_000 / 13));
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 890_000, 900_000);

        var run = await App.StartRunAsync(new { text }, "title");

        await App.CompletesAsync(run);
        var call = Assert.Single(shared.Endpoint.Calls, call => call.Key!.StartsWith(run, StringComparison.Ordinal));
        Assert.Contains(text.Trim(), call.Request.GetProperty("messages")[1].GetProperty("content").GetString());
        Assert.Equal(text, await InputAsync(run, "text"));
        Assert.DoesNotContain(new BlobServiceClient(shared.Setup.Storage).GetBlobContainers(), c => c.Name == $"{shared.Setup.Hub}-largemessages");
    }

    async Task<int> SendAsync(string id, string signed, string sent)
    {
        var at = DateTimeOffset.UtcNow;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/webhooks/approvals") { Content = new StringContent(sent, new MediaTypeHeaderValue("application/json")) };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("webhook-signature", WebhookSignature.Sign([WebhookSignature.ReadSecret(Secret)!], id, at, Encoding.UTF8.GetBytes(signed)));
        using var answer = await App.Http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    async Task<string> VoteAsync(string approval)
    {
        var vote = Assert.Single((await App.Http.GetFromJsonAsync<JsonElement>($"/api/approvals/{approval}")).GetProperty("votes").EnumerateArray());
        return $"{vote.GetProperty("subject").GetString()} by {vote.GetProperty("via").GetString()}: {vote.GetProperty("comment").GetString()}";
    }

    async Task<string?> InputAsync(string run, string field) => (await App.Http.GetFromJsonAsync<JsonElement>($"/api/runs/{run}?showInput=true"))
        .GetProperty("input").GetProperty(field).GetString();

    public sealed class SharedApp : IAsyncLifetime
    {
        FakeTool _tool = null!;

        internal FakeModelEndpoint Endpoint { get; private set; } = null!;

        internal AppSetup Setup { get; private set; } = null!;

        internal RunningApp App { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Endpoint = await FakeModelEndpoint.StartAsync(call =>
                call.Model == "seer-1" ? FakeReply.Answer(call, """{"words":"A grey cat."}""") : SaneReplies.For(call));
            _tool = await FakeTool.StartAsync();
            Setup = await AppSetup.CreateAsync();
            var config = StoryFiles.Write(Setup.Folder("config"), Endpoint.Address, _tool.Address);
            await File.WriteAllTextAsync(Path.Combine(config, "webhooks.yaml"), """
                approvals:
                  in: [{ name: chat, secretsEnv: [STORY_SECRET] }]
                """);
            Setup.Settings[Settings.Config] = config;
            Setup.Settings["STORY_SECRET"] = Secret;
            App = await Setup.StartAsync();
        }

        public async Task DisposeAsync()
        {
            await App.DisposeAsync();
            Setup.Dispose();
            await _tool.DisposeAsync();
            await Endpoint.DisposeAsync();
        }
    }
}
