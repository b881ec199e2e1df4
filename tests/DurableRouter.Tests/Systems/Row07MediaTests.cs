using System.Text.Json;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 7, the media row of the policy table: images and sound are checked, go to models that take them, and else are turned into text
/// and tried again.</summary>
public sealed class Row07MediaTests
{
    static readonly string Png = "data:image/png;base64," + Convert.ToBase64String([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. new byte[40]]);
    static readonly string Wav = "data:audio/wav;base64," + Convert.ToBase64String([.. "RIFF1234WAVE"u8, .. new byte[40]]);

    [Fact]
    public async Task Media_Route_IsAModelThatTakesThem()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(Answer);
        await using var host = await StartAsync(endpoint.Address);

        var run = await host.RunAsync("work", new { text = "What is it?", photo = Png });

        Assert.Equal("policy media, explicit models", run.Rule("work"));
        Assert.Equal(["seer"], run.Models());
        var parts = SystemFiles.User(Assert.Single(endpoint.Calls));
        Assert.Equal(["text", "image_url"], parts.EnumerateArray().Select(p => p.GetProperty("type").GetString()));
        Assert.Equal(Png, parts[1].GetProperty("image_url").GetProperty("url").GetString());
        Assert.DoesNotContain("base64", parts[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Empty(run.Run.GetProperty("degraded").EnumerateArray());
    }

    [Fact]
    public async Task Media_Route_OfSoundIsAModelThatHears()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(Answer);
        await using var host = await StartAsync(endpoint.Address, "audio");

        var run = await host.RunAsync("work", new { text = "Who speaks?", photo = Wav });

        Assert.Equal(["hearer"], run.Models());
        var sound = SystemFiles.User(Assert.Single(endpoint.Calls))[1];
        Assert.Equal("input_audio", sound.GetProperty("type").GetString());
        Assert.Equal("wav", sound.GetProperty("input_audio").GetProperty("format").GetString());
        Assert.Equal(Wav, "data:audio/wav;base64," + sound.GetProperty("input_audio").GetProperty("data").GetString());
        Assert.Equal("takes no audio", run.Rejection("work", "seer"));
    }

    [Theory]
    [InlineData("a picture of a cat", "must be a data URL with base64 of one of image/png, image/jpeg, image/gif, image/webp")]
    [InlineData("data:image/png;base64,R0lGODlhAQABAIAAAAAAAP", "is not base64 behind the comma")]
    [InlineData("data:image/png;base64,R0lGODlhAQABAIAAAAAAAA==", "says image/png, and its bytes are something else")]
    [InlineData("data:application/pdf;base64,JVBERi0xLjQKJcOkw7zDtsO=", "must be a data URL with base64 of one of image/png, image/jpeg, image/gif, image/webp")]
    public async Task Media_Guard_RefusesWhatIsNoImageBeforeAnythingIsPaid(string photo, string problem)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(Answer);
        await using var host = await StartAsync(endpoint.Address);

        var reply = (await host.PostAsync("/api/pipelines/work/runs", JsonSerializer.Serialize(new { input = new { text = "What is it?", photo } }))).IsProblem(422, "input_invalid");

        Assert.Equal(["/input/photo"], reply.Pointers);
        Assert.Equal(problem, reply.Json.GetProperty("errors")[0].GetProperty("detail").GetString());
        Assert.Empty(endpoint.Calls);
    }

    [Fact]
    public async Task Media_Guard_KeepsModelsOutThatCanNotSee()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(Answer);
        await using var host = await StartAsync(endpoint.Address, policies: "");

        var run = await host.RunAsync("work", new { text = "What is it?", photo = Png });

        Assert.Equal("takes no image", run.Explanation.GetProperty("steps")[0].GetProperty("rejected").EnumerateArray()
            .Single(r => r.GetProperty("model").GetString() == "swift-1").GetProperty("reason").GetString());
        Assert.All(endpoint.Calls.Where(c => c.Model is not ("seer" or "reader")), c => Assert.Equal(JsonValueKind.String, SystemFiles.User(c).ValueKind));
    }

    [Fact]
    public async Task Media_Fallback_TurnsThemIntoTextAndTriesAgain()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => call.Model switch
        {
            "seer" => FakeReply.Error(500, "broken"),
            _ => Answer(call),
        });
        await using var host = await StartAsync(endpoint.Address);

        var run = await host.RunAsync("work", new { text = "What is it?", photo = Png });

        Assert.Equal("Completed", run.Status);
        Assert.Equal(["seer", "reader", "swift-1"], run.Models());
        Assert.Equal("tier fast", run.Rule("work"));
        var text = SystemFiles.User(endpoint.Calls[2]).GetString()!;
        Assert.Contains("A grey cat on a mat.", text, StringComparison.Ordinal);
        Assert.Contains("source=\"read.words\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("base64", text, StringComparison.Ordinal);
        Assert.Equal(["work: read in words from step read: every candidate failed, the last with upstream_error"],
            run.Run.GetProperty("degraded").EnumerateArray().Select(d => d.GetString()));
    }

    [Fact]
    public async Task Media_Fallback_ThatFailsTooEndsTheRunWithBothReasonsExplained()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => call.Model is "seer" or "reader" ? FakeReply.Error(500, "broken") : Answer(call));
        await using var host = await StartAsync(endpoint.Address);

        var run = await host.RunAsync("work", new { text = "What is it?", photo = Png });

        Assert.Equal("Failed", run.Status);
        Assert.Equal(["seer", "reader"], endpoint.Calls.Select(c => c.Model));
        Assert.Equal("chain_exhausted", run.Run.GetProperty("error").GetProperty("code").GetString());
        Assert.StartsWith("step read: every candidate failed, the last with upstream_error", run.Run.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(["work", "read"], run.Explanation.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("step").GetString()));
    }

    [Fact]
    public async Task Media_Fallback_ThatFailsTooIsSaidInWordsByAPerson()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => call.Model is "seer" or "reader" ? FakeReply.Error(500, "broken") : Answer(call));
        await using var host = await StartAsync(endpoint.Address, last: "human");
        var waiting = await host.RunAsync("work", new { text = "What is it?", photo = Png });
        var approval = waiting.Run.GetProperty("customStatus").GetProperty("waitingFor").GetString()!.Split(' ')[1];
        Assert.Equal("read", (await host.GetAsync($"/api/approvals/{approval}")).Json.GetProperty("step").GetString());

        Assert.Equal(200, (await host.PostAsync($"/api/approvals/{approval}/decision", """{"decision":"approved","edits":{"words":"A heron in the reeds."}}""")).Status);
        var run = await host.EndAsync(waiting.Id);

        Assert.Equal("Completed", run.Status);
        Assert.Equal("swift-1", endpoint.Calls[^1].Model);
        Assert.Contains("A heron in the reeds.", SystemFiles.User(endpoint.Calls[^1]).GetString(), StringComparison.Ordinal);
        Assert.Equal(approval, run.Explained("read").GetProperty("person").GetProperty("approval").GetString());
        Assert.NotEqual(JsonValueKind.Null, run.Explained("read").GetProperty("person").GetProperty("answeredBy").ValueKind);
    }

    [Fact]
    public async Task Media_NotSent_NothingIsTurnedIntoText()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(Answer);
        await using var host = await StartAsync(endpoint.Address);

        var run = await host.RunAsync("work", new { text = "What is it?" });

        Assert.Equal(["swift-1"], run.Models());
        Assert.Equal("2/2", run.Run.GetProperty("customStatus").GetProperty("progress").GetString());
    }

    static FakeReply Answer(FakeCall call) =>
        call.Model == "reader" ? FakeReply.Answer(call, """{"words":"A grey cat on a mat."}""") : SystemFiles.Answer(call);

    static Task<SystemHost> StartAsync(Uri endpoint, string kind = "image", string? policies = null, string last = "fail") => SystemHost.StartAsync(
        SystemFiles.Models(endpoint, $$"""
              seer: { provider: north, tier: balanced, {{SystemFiles.Price(2)}}, {{SystemFiles.Limits()}}, capabilities: { structuredOutput: true, vision: true } }
              hearer: { provider: north, tier: balanced, {{SystemFiles.Price(2)}}, {{SystemFiles.Limits()}}, capabilities: { structuredOutput: true, audio: true } }
              reader: { provider: south, tier: fast, {{SystemFiles.Price(0.5m)}}, {{SystemFiles.Limits()}}, capabilities: { structuredOutput: true, vision: true, audio: true } }
            """),
        ("routing.yaml", $$"""
            default: work
            families:
              work:
                steps:
                  read: { models: [reader] }
                  work: { tier: fast }
                fallback: { direction: sideways, last: {{last}} }
            {{policies ?? "    policies: [ { name: media, steps: [work], when: { media: [image, audio] }, route: { models: [seer, hearer] }, guard: strict } ]"}}

            """),
        ("pipelines/work.yaml", $$"""
            name: work
            input: { type: object, required: [text], properties: { text: { type: string }, photo: { type: string } }, additionalProperties: false }
            steps:
              - id: read
                kind: extract
                input: { photo: { from: input.photo, media: {{kind}} } }
                instructions: Say in words what is there.
                output: { type: object, required: [words], properties: { words: { type: string } }, additionalProperties: false }
              - id: work
                kind: reason
                needs: [read]
                input: { text: input.text, photo: { from: input.photo, media: {{kind}}, orText: read.words } }
                instructions: Answer the question.
                output: { type: object, required: [answer], properties: { answer: { type: string } }, additionalProperties: false }
            result: work

            """));
}
