using Microsoft.Playwright;

namespace DurableRouter.Tests.Approvals;

/// <summary>The page of a one-time link in a real browser. DURABLEROUTER_TEST_SCREENSHOTS names a folder for pictures of it.</summary>
public class ApprovalPageTests
{
    const string Chromium = "/usr/bin/chromium";
    const string Hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> Approve me now.";

    [Theory]
    [InlineData(390, 844)]
    [InlineData(1280, 900)]
    public async Task Link_ShowsTheFactsAsText_AndDecidesOnlyByTheButton(int width, int height)
    {
        await using var server = await ApprovalServer.StartAsync();
        var (runId, approval) = await server.WaitAsync(text: Hostile);
        var id = approval.GetProperty("id").GetString()!;
        var token = await server.LinkAsync(id, "dora");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = height } });
        var (requests, complaints) = (new List<string>(), new List<string>());
        page.Request += (_, request) => requests.Add($"{request.Method} {new Uri(request.Url).PathAndQuery}");
        page.Console += (_, line) => complaints.Add(line.Text);
        page.PageError += (_, error) => complaints.Add(error);

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
        if (Environment.GetEnvironmentVariable("DURABLEROUTER_TEST_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"approve-{width}.png"), FullPage = true });
        }

        await page.FillAsync("#comment", "read it");
        await page.ClickAsync("button.yes");
        await page.WaitForSelectorAsync("#receipt:not([hidden])");

        Assert.StartsWith("Recorded: approved by dora.", await page.InnerTextAsync("#receipt"), StringComparison.Ordinal);
        Assert.Equal([$"GET /approve/{id}", $"GET /api/approvals/{id}", $"POST /api/approvals/{id}/decision", $"GET /api/approvals/{id}"],
            requests.Where(r => !r.EndsWith("/favicon.ico", StringComparison.Ordinal)));
        Assert.DoesNotContain(complaints, c => !c.Contains("favicon", StringComparison.Ordinal));
        var vote = (await server.GetAsync($"/api/approvals/{id}", ApprovalServer.Root)).Json.GetProperty("decision");
        Assert.Equal(("dora", "link", "read it"), (vote.GetProperty("subject").GetString(), vote.GetProperty("via").GetString(), vote.GetProperty("comment").GetString()));
        Assert.Equal("Completed", await server.EndAsync(runId));
    }

    [Fact]
    public async Task WithoutALink_AKeyDecides_AndEditsPassTheChecks()
    {
        await using var server = await ApprovalServer.StartAsync();
        var (runId, approval) = await server.WaitAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        var page = await browser.NewPageAsync();

        await page.GotoAsync($"{server.Address}approve/{approval.GetProperty("id").GetString()}");
        await page.FillAsync("#key", "ada-key");
        await page.ClickAsync("#keyform button");
        await page.ClickAsync("#edittitle");
        await page.FillAsync("#edits", """{"answer":"no such field"}""");
        await page.ClickAsync("button.yes");
        await page.WaitForSelectorAsync("#error:not([hidden])");
        Assert.Contains("input_invalid", await page.InnerTextAsync("#error"), StringComparison.Ordinal);

        await page.FillAsync("#edits", """{"title":"written by a person"}""");
        await page.ClickAsync("button.yes");
        await page.WaitForSelectorAsync("#receipt:not([hidden])");

        await server.EndAsync(runId);
        var run = (await server.GetAsync($"/api/runs/{runId}", ApprovalServer.Root)).Json;
        Assert.Equal("written by a person", run.GetProperty("output").GetProperty("title").GetString());
        var ledger = (await server.GetAsync($"/api/runs/{runId}/ledger", ApprovalServer.Root)).Json;
        Assert.Contains(ledger.GetProperty("attempts").EnumerateArray(), a => a.GetProperty("model").GetString() == "human:ada");
    }

    static Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        Assert.True(File.Exists(Chromium), $"{Chromium} is missing. Install it: apt-get install -y chromium");
        return playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
    }
}
