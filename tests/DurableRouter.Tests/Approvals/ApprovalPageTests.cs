using System.Collections.Concurrent;
using System.Text.Json;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Systems;
using Microsoft.Playwright;

namespace DurableRouter.Tests.Approvals;

/// <summary>The page of a one-time link in a real browser.</summary>
public class ApprovalPageTests(Browser browser) : IClassFixture<Browser>
{
    const string Hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> Approve me now.";

    [Theory]
    [InlineData(390, 844)]
    [InlineData(1280, 900)]
    public async Task Fault46_Link_ShowsTheFactsAsText_AndDecidesOnceByTheButtonOnly(int width, int height)
    {
        await using var server = await ApprovalServer.StartAsync();
        var (runId, approval) = await server.WaitAsync(text: Hostile);
        var id = approval.GetProperty("id").GetString()!;
        var token = await server.LinkAsync(id, "dora");
        var page = await browser.OpenAsync(width, height);
        var (requests, complaints) = Watch(page);

        await page.GotoAsync($"{server.Address}approve/{id}#{token}");
        await page.WaitForSelectorAsync("#decide:not([hidden])");

        Assert.Equal("Use the answer of step draft.", await page.InnerTextAsync("h1"));
        Assert.Equal(approval.GetProperty("digest").GetString(), await page.InnerTextAsync("#digest"));
        Assert.StartsWith("SIMULATED. Written by a model (sim-one).", await page.InnerTextAsync("#origin"), StringComparison.Ordinal);
        Assert.Equal(approval.GetProperty("facts").GetProperty("payload").GetProperty("title").GetString(), await page.InnerTextAsync("#payload dd"));
        Assert.Contains("<script>", await page.InnerTextAsync("#payload dd"), StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator("img").CountAsync());
        Assert.StartsWith("Approval:", await page.TitleAsync(), StringComparison.Ordinal);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the window");
        await page.EvaluateAsync("document.querySelector('.yes').click()"); // a script's click is no person's
        Assert.Equal("pending", await server.StatusAsync(id));
        await Browser.PictureAsync(page, $"approve-{width}");

        await page.FillAsync("#comment", "read it");
        await page.DblClickAsync("button.yes");
        await page.WaitForSelectorAsync("#votebox:not([hidden])");

        Assert.StartsWith("Recorded: approved by dora.", await page.InnerTextAsync("#receipt"), StringComparison.Ordinal);
        await Browser.PictureAsync(page, $"approved-{width}");
        Assert.Equal([$"GET /approve/{id}", $"GET /api/approvals/{id}", $"POST /api/approvals/{id}/decision", $"GET /api/approvals/{id}"],
            requests.Where(r => !r.EndsWith("/favicon.ico", StringComparison.Ordinal)));
        Assert.DoesNotContain(complaints, c => !c.Contains("favicon", StringComparison.Ordinal));
        var vote = (await server.GetAsync($"/api/approvals/{id}", ApprovalServer.Root)).Json.GetProperty("decision");
        Assert.Equal(("dora", "link", "read it"), (vote.GetProperty("subject").GetString(), vote.GetProperty("via").GetString(), vote.GetProperty("comment").GetString()));
        Assert.Equal("Completed", await server.EndAsync(runId));
    }

    [Fact]
    public async Task Fault38_Prefetched_Opened_AndReloaded_DecidesNothing_ThenTheKeyboardDoes()
    {
        await using var server = await ApprovalServer.StartAsync();
        var (runId, approval) = await server.WaitAsync();
        var id = approval.GetProperty("id").GetString()!;
        var url = $"{server.Address}approve/{id}#{await server.LinkAsync(id, "dora")}";
        var page = await browser.OpenAsync();
        var (requests, _) = Watch(page);

        // What a mail client or a search bar does with an address before anybody has clicked.
        await page.GotoAsync($"{server.Address}healthz");
        await page.RunAndWaitForRequestFinishedAsync(() => page.EvaluateAsync("""
            url => { const link = document.createElement('link'); link.rel = 'prefetch'; link.href = url; document.head.append(link); }
            """, url), new PageRunAndWaitForRequestFinishedOptions { Predicate = request => request.Url.Contains("/approve/", StringComparison.Ordinal) });
        for (var i = 0; i < 3; i++)
        {
            await page.GotoAsync(url);
            await page.ReloadAsync();
            await page.WaitForSelectorAsync("#decide:not([hidden])");
        }

        Assert.Equal("pending", await server.StatusAsync(id));
        Assert.All(requests, r => Assert.StartsWith("GET ", r, StringComparison.Ordinal));

        // Enter in the comment writes a line. Tab leads on to the summary of the edits, then to the buttons: approve, request changes, reject.
        await page.FocusAsync("#comment");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Approve", await page.EvaluateAsync<string>("document.activeElement.innerText"));
        Assert.NotEqual("none", await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Reject", await page.EvaluateAsync<string>("document.activeElement.innerText"));
        await page.Keyboard.PressAsync("Space");
        await page.WaitForSelectorAsync("#votebox:not([hidden])");

        Assert.Equal("receipt", await page.EvaluateAsync<string>("document.activeElement.id"));
        Assert.Equal("rejected", await server.StatusAsync(id));
        Assert.Single(requests, r => r.StartsWith("POST ", StringComparison.Ordinal));
        Assert.Equal("Completed", await server.EndAsync(runId));
    }

    [Fact]
    public async Task WithoutALink_AKeyDecides_AndEditsPassTheChecks()
    {
        await using var server = await ApprovalServer.StartAsync();
        var (runId, approval) = await server.WaitAsync();
        var page = await browser.OpenAsync();

        await page.GotoAsync($"{server.Address}approve/{approval.GetProperty("id").GetString()}");
        await page.FillAsync("#key", "ada-key");
        await page.ClickAsync("#keyform button");
        await page.ClickAsync("#edittitle");
        await page.FillAsync("#edits", """{"answer":"no such field"}""");
        await page.ClickAsync("button.yes");
        await page.WaitForSelectorAsync("#error:not([hidden])");
        Assert.Contains("input_invalid", await page.InnerTextAsync("#error"), StringComparison.Ordinal);

        await page.FillAsync("#edits", "no JSON");
        await page.ClickAsync("button.yes");
        await page.WaitForSelectorAsync("#error:has-text('The edited text is not JSON')");

        // What stands between may break down: the page says so, and the next click finds the approval as it was.
        await page.FillAsync("#edits", """{"title":"written by a person"}""");
        await page.RouteAsync("**/decision", route => route.AbortAsync());
        await page.ClickAsync("button.yes");
        await page.WaitForSelectorAsync("#error:has-text('The host did not answer')");
        await page.UnrouteAsync("**/decision");
        await page.RouteAsync("**/decision", route => route.FulfillAsync(new RouteFulfillOptions { Status = 502, ContentType = "text/html", Body = "<h1>Bad gateway</h1>" }));
        await page.ClickAsync("button.yes");
        await page.WaitForSelectorAsync("#error:has-text('answered 502')");
        await page.UnrouteAsync("**/decision");
        await page.ClickAsync("button.yes");
        await page.WaitForSelectorAsync("#votebox:not([hidden])");
        Assert.Contains("written by a person", await page.InnerTextAsync("#votes"), StringComparison.Ordinal);

        await server.EndAsync(runId);
        var run = (await server.GetAsync($"/api/runs/{runId}", ApprovalServer.Root)).Json;
        Assert.Equal("written by a person", run.GetProperty("output").GetProperty("title").GetString());
        var ledger = (await server.GetAsync($"/api/runs/{runId}/ledger", ApprovalServer.Root)).Json;
        Assert.Contains(ledger.GetProperty("attempts").EnumerateArray(), a => a.GetProperty("model").GetString() == "human:ada");
    }

    /// <summary>What is approved is what is shown: no digit is rounded away, no sign is hidden, no text runs backwards.</summary>
    [Fact]
    public async Task Fault46_Payload_IsShownDigitByDigit_AndNothingInItIsHidden()
    {
        const string answer = """{"to":"Acme\u202eemca \u200bLtd\ufe01\u3164\u2764\ufe0f","iban":"12345678901234567890","amounts":[12345678901234567.89,0.10,-1E+400],"none":{},"empty":""}""";
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => FakeReply.Answer(call, answer));
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address), SystemFiles.Routing("{ tier: fast }"), ("pipelines/work.yaml", """
            name: work
            input: { type: object, required: [text], properties: { text: { type: string } }, additionalProperties: false }
            steps:
              - id: work
                kind: generate
                input: { text: input.text }
                instructions: Say what is to be paid.
                output:
                  type: object
                  required: [to, iban, amounts, none, empty]
                  additionalProperties: false
                  properties:
                    to: { type: string }
                    iban: { type: string }
                    amounts: { type: array, items: { type: number } }
                    none: { type: object, properties: {}, additionalProperties: false }
                    empty: { type: string }
                approval: { group: reviewers, timeout: 24h }
            result: work
            """));
        var run = await host.RunAsync("work", new { text = "Pay." });
        var asked = Assert.Single((await host.GetAsync($"/api/approvals?runId={run.Id}")).Json.GetProperty("value").EnumerateArray().ToList());
        var page = await browser.OpenAsync();

        await page.GotoAsync($"{host.Address}approve/{asked.GetProperty("id").GetString()}");
        await page.WaitForSelectorAsync("#decide:not([hidden])");

        Assert.Equal(["Acme\\u202eemca \\u200bLtd\\ufe01\\u3164\u2764\uFE0F", "12345678901234567890"], (await page.Locator("#payload dd").AllInnerTextsAsync()).Take(2));
        Assert.Equal(["12345678901234567.89", "0.10", "-1E+400"], await page.Locator("#payload li").AllInnerTextsAsync());
        Assert.Equal(["none", "(empty)"], (await page.Locator("#payload dd").AllInnerTextsAsync()).TakeLast(2));
        var raw = await page.TextContentAsync("#raw");
        Assert.Contains("12345678901234567.89", raw, StringComparison.Ordinal);
        Assert.True(JsonElement.DeepEquals(asked.GetProperty("facts").GetProperty("payload"), JsonElement.Parse(raw!)));
        Assert.DoesNotContain('\u202e', raw!);
        await Browser.PictureAsync(page, "exact");

        // Approved as it stands, it goes on as the model wrote it.
        await page.ClickAsync("button.yes");
        await page.WaitForSelectorAsync("#votebox:not([hidden])");
        var output = (await host.EndAsync(run.Id)).Output;
        Assert.Equal("12345678901234567.89", output.GetProperty("amounts")[0].GetRawText());
    }

    [Fact]
    public async Task BudgetAndAnswer_HaveTheirOwnButtons_AndTheRunGoesOnByThem()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => FakeReply.Answer(call, "no JSON at all"));
        await using var host = await ChainHost.StartAsync(endpoint.Address, ChainHost.Model("cheap"),
            ChainHost.Routing(ChainHost.Family("{ tier: fast }", "{ direction: up, last: human }")));
        var started = await host.PostAsync("/api/pipelines/work/runs", """{"input":{"text":"A letter."},"options":{"budgetUsd":0.000001}}""");
        var runId = started.Json.GetProperty("id").GetString()!;
        var page = await browser.OpenAsync(700);

        await GoAsync("budget");
        await Browser.PictureAsync(page, "budget");
        Assert.Equal(["Raise the budget", "Finish with the cheapest models", "Stop the run"], await ButtonsAsync());
        Assert.Contains("may cost up to $", await page.InnerTextAsync("#summary"), StringComparison.Ordinal);
        await page.FillAsync("#raise", "0.25");
        await page.ClickAsync("#yes");
        await page.WaitForSelectorAsync("#votebox:not([hidden])");

        await GoAsync("answer");
        await Browser.PictureAsync(page, "answer");
        Assert.Equal(["Give this answer", "Give none: the run ends"], await ButtonsAsync());
        Assert.StartsWith("The fields below hold data of this run", await page.InnerTextAsync("#origin"), StringComparison.Ordinal);
        Assert.Contains("A letter.", await page.InnerTextAsync("#payload"), StringComparison.Ordinal);
        await page.FillAsync("#edits", """{"answer":"a late delivery","confidence":0.9}""");
        await page.ClickAsync("#yes");
        await page.WaitForSelectorAsync("#votebox:not([hidden])");

        var run = await host.RestAsync(runId);
        Assert.Equal("Completed", run.GetProperty("runtimeStatus").GetString());
        Assert.Contains("a late delivery", run.GetProperty("output").GetRawText(), StringComparison.Ordinal);

        async Task GoAsync(string kind)
        {
            var limit = TimeProvider.System.GetTimestamp();
            JsonElement asked;
            while ((asked = (await host.GetAsync($"/api/approvals?status=pending&runId={runId}")).Json.GetProperty("value").EnumerateArray().FirstOrDefault())
                is { ValueKind: JsonValueKind.Undefined })
            {
                Assert.True(TimeProvider.System.GetElapsedTime(limit) < TimeSpan.FromMinutes(2), $"{runId} asks nobody");
                await Task.Delay(20);
            }

            Assert.Equal(kind, asked.GetProperty("kind").GetString());
            await page.GotoAsync($"{host.Address}approve/{asked.GetProperty("id").GetString()}");
            await page.WaitForSelectorAsync("#decide:not([hidden])");
        }

        async Task<IEnumerable<string>> ButtonsAsync() => await page.Locator(".buttons button:visible").AllInnerTextsAsync();
    }

    [Fact]
    public async Task AnotherPersonsLink_InTheSameWindow_DecidesAsThatPerson()
    {
        await using var server = await ApprovalServer.StartAsync();
        var id = (await server.WaitAsync()).Approval.GetProperty("id").GetString()!;
        var page = await browser.OpenAsync();

        await page.GotoAsync($"{server.Address}approve/{id}#{await server.LinkAsync(id, "dora")}");
        await page.WaitForSelectorAsync("#decide:not([hidden])");
        var next = $"{server.Address}approve/{id}#{await server.LinkAsync(id, "emil")}";
        await page.RunAndWaitForResponseAsync(() => page.EvaluateAsync("url => { location.href = url; }", next), $"**/api/approvals/{id}");
        await page.WaitForSelectorAsync("#decide:not([hidden])");
        await page.ClickAsync("button.yes");
        await page.WaitForSelectorAsync("#receipt:not([hidden])");

        Assert.StartsWith("Recorded: approved by emil.", await page.InnerTextAsync("#receipt"), StringComparison.Ordinal);
    }

    /// <summary>The page's requests, and what its console says.</summary>
    static (ConcurrentQueue<string> Requests, ConcurrentQueue<string> Complaints) Watch(IPage page)
    {
        var (requests, complaints) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        page.Request += (_, request) => requests.Enqueue($"{request.Method} {new Uri(request.Url).PathAndQuery}");
        page.Console += (_, line) => complaints.Enqueue(line.Text);
        page.PageError += (_, error) => complaints.Enqueue(error);
        return (requests, complaints);
    }
}
