using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using DurableRouter.Tests;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>An account in which an earlier version left an ended run and one that waits for a person (<c>tests/golden/storage</c>), taken over by this
/// version. With a file's path in <c>DURABLEROUTER_RECORD_STORAGE</c> the account of this test's own runs is left there, for later versions.</summary>
public sealed class UpgradeTests
{
    const string RecordTo = "DURABLEROUTER_RECORD_STORAGE";
    const string Hub = "upgraded";

    public static TheoryData<string> Versions =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "golden", "storage"), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task RunsThatAnEarlierVersionStarted_EndOnThisOne(string version) =>
        await TakeOverAsync(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "golden", "storage", version + ".json")))!);

    [Fact]
    public async Task RunsOfThisVersion_EndInACopyOfTheirAccount()
    {
        using var setup = await AppSetup.CreateAsync(hub: Hub);
        var runs = new JsonObject();
        await using (var app = await setup.StartAsync())
        {
            runs["ended"] = await app.StartRunAsync(new { text = Samples.Memo }, key: "memo-1");
            runs["waiting"] = await app.StartDocumentAsync(Samples.Agreement);
            await app.CompletesAsync(runs["ended"]!.GetValue<string>());
            await app.AskedAsync(runs["waiting"]!.GetValue<string>());
            await app.StopAsync(); // the task hub has written all that it has in memory
        }

        var copy = await StorageCopy.ReadAsync(setup.Storage);
        copy["runs"] = runs;
        if (Environment.GetEnvironmentVariable(RecordTo) is { Length: > 0 } file)
        {
            await File.WriteAllTextAsync(file, copy.ToJsonString());
        }

        await TakeOverAsync(copy);
    }

    static async Task TakeOverAsync(JsonNode copy)
    {
        var (ended, waiting) = (copy["runs"]!["ended"]!.GetValue<string>(), copy["runs"]!["waiting"]!.GetValue<string>());
        using var setup = await AppSetup.CreateAsync(hub: Hub);
        LetWait(copy);
        await StorageCopy.WriteAsync(copy, setup.Storage);
        await using var app = await setup.StartAsync();

        var list = await app.Http.GetFromJsonAsync<JsonElement>("/api/runs");
        Assert.Equal(["Completed", "Running"], list.GetProperty("value").EnumerateArray().Select(r => r.GetProperty("runtimeStatus").GetString()).Order());
        var before = await app.Http.GetFromJsonAsync<JsonElement>($"/api/runs/{ended}?showInput=true&showHistory=true");
        Assert.Equal("completed", before.GetProperty("outcome").GetString());
        Assert.Equal(JsonValueKind.Object, before.GetProperty("output").ValueKind);
        Assert.Equal(Samples.Memo, before.GetProperty("input").GetProperty("text").GetString());
        Assert.Equal("4/4", before.GetProperty("customStatus").GetProperty("progress").GetString());
        Assert.Equal(4, (await app.LedgerAsync(ended)).Count);
        var events = await app.Http.GetFromJsonAsync<JsonElement>($"/api/runs/{ended}/events?after=0");
        Assert.Equal(["classify", "extract", "reason", "verify"], events.GetProperty("value").EnumerateArray()
            .Where(e => e.GetProperty("type").GetString() == "step.completed").Select(e => e.GetProperty("step").GetString()));
        Assert.Equal(ended, await app.StartRunAsync(new { text = Samples.Memo }, key: "memo-1"));

        await app.DecideAsync(await app.AskedAsync(waiting), "approved");

        await app.CompletesAsync(waiting);
        Assert.Equal(["classify", "extract", "reason", "verify"], (await app.LedgerAsync(waiting)).Select(r => r.GetProperty("step").GetString()));
        using var deleted = await app.Http.DeleteAsync($"/api/runs/{ended}");
        Assert.True(deleted.IsSuccessStatusCode, $"{deleted.StatusCode} {await deleted.Content.ReadAsStringAsync()}");
        Assert.Equal(404, (int)(await app.Http.GetAsync($"/api/runs/{ended}")).StatusCode);
    }

    /// <summary>The file may be older than the approval had time; nothing else in it depends on the day.</summary>
    static void LetWait(JsonNode copy)
    {
        var expiresAt = DateTimeOffset.UtcNow.AddDays(1);
        foreach (var row in copy["tables"]!["durablerouterApprovals"]!.AsArray().Where(row => row!["ExpiresAt"] is not null))
        {
            var record = JsonNode.Parse(row!["Record"]!.GetValue<string>())!;
            record["expiresAt"] = expiresAt;
            row["Record"] = record.ToJsonString();
            row["ExpiresAt"] = new JsonObject { ["time"] = expiresAt };
        }
    }
}
