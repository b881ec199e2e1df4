using System.Text.Json.Nodes;
using DurableRouter.Core.Definitions;
using DurableRouter.Simulation;

namespace DurableRouter.Tests.Models.Simulated;

public sealed class SkillTests
{
    const int Documents = 200;

    [Fact]
    public async Task Extract_OverManyDocuments_ErrsLessWithEachStepOfSkill()
    {
        var mistakes = new int[6];
        for (var seed = 0; seed < Documents; seed++)
        {
            var text = InventedDocument.From(seed).Text;
            var reference = await SimulatedCall.ExtractAsync(text, 5, "reference");
            for (var skill = 1; skill <= 5; skill++)
            {
                mistakes[skill] += Differences(reference, await SimulatedCall.ExtractAsync(text, skill));
            }
        }

        Assert.True(mistakes[1] > mistakes[2] && mistakes[2] > mistakes[3] && mistakes[3] > mistakes[4] && mistakes[4] >= mistakes[5], string.Join(' ', mistakes));
        Assert.True(mistakes[1] > Documents, $"{mistakes[1]} at skill 1");
        Assert.True(mistakes[5] < Documents / 20, $"{mistakes[5]} at skill 5");
    }

    [Fact]
    public async Task Extract_WithoutEnforcedSchema_SometimesWrapsOrForgetsAndARepairCuresIt()
    {
        var schema = PipelineFile.Output("extract");
        var lines = $"Answer with one JSON object that matches this JSON Schema:\n{schema.ToJsonString()}";
        var problems = ("problems", "- The answer is not one JSON object: the required property is missing.");
        var (bad, badAfterRepair) = (0, 0);
        for (var seed = 0; seed < 40; seed++)
        {
            var field = ("text", InventedDocument.From(seed).Text);
            var first = await SimulatedCall.Model(1).GetResponseAsync(SimulatedCall.Prompt("extract", lines, field));
            var repaired = await SimulatedCall.Model(1).GetResponseAsync(SimulatedCall.Prompt("extract", lines, field, ("previous_answer", first.Text), problems));
            bad += IsValid(first.Text, schema) ? 0 : 1;
            badAfterRepair += IsValid(repaired.Text, schema) ? 0 : 1;
        }

        Assert.InRange(bad, 8, 36);
        Assert.Equal(0, badAfterRepair);
    }

    [Fact]
    public async Task Extract_WhenTheSourceCheckRejectsAQuote_QuotesCorrectlyNextTime()
    {
        var corrected = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var text = InventedDocument.From(seed).Text;
            if (Misquotes(await SimulatedCall.ExtractAsync(text, 1), text) == 0)
            {
                continue;
            }

            var again = await SimulatedCall.ExtractAsync(text, 1, "model", ("problems", "- A quote does not stand in the source."));
            Assert.Equal(0, Misquotes(again, text));
            corrected++;
        }

        Assert.True(corrected > 10, $"{corrected} documents had a misquote");
    }

    [Fact]
    public async Task Answer_ForTheSamePrompt_IsTheSameWhateverTheBoundary()
    {
        var prompt = SimulatedCall.Prompt("extract", "", ("text", InventedDocument.From(1).Text));
        var other = prompt.Select(m => new Microsoft.Extensions.AI.ChatMessage(m.Role, m.Text.Replace(SimulatedCall.Boundary, "77aa", StringComparison.Ordinal)));

        var first = await SimulatedCall.Model(1).GetResponseAsync(prompt);
        var second = await SimulatedCall.Model(1).GetResponseAsync(prompt);
        var third = await SimulatedCall.Model(1).GetResponseAsync(other);

        Assert.Equal(first.Text, second.Text);
        Assert.Equal(first.Text, third.Text);
    }

    [Fact]
    public async Task Answer_OfModelsWithOtherNamesOrSeeds_ErrsElsewhere()
    {
        var answers = new HashSet<string>();
        for (var seed = 0; seed < 3; seed++)
        {
            foreach (var name in new[] { "a", "b" })
            {
                var model = new SimulatedChatClient(name, SimulatedModelOptions.From(new SimulatedModel(1, 0, seed, [])), TimeProvider.System);
                answers.Add((await model.GetResponseAsync(SimulatedCall.Prompt("extract", "", ("text", InventedDocument.From(9).Text)))).Text);
            }
        }

        Assert.True(answers.Count >= 5, $"{answers.Count} different answers of 6");
    }

    static int Differences(JsonObject reference, JsonObject answer) =>
        reference.Where(p => p.Value is JsonArray).Sum(p =>
        {
            var given = answer[p.Key]!.AsArray().Select(i => i!.ToJsonString()).ToHashSet();
            return p.Value!.AsArray().Count(i => !given.Contains(i!.ToJsonString()));
        });

    static int Misquotes(JsonObject facts, string text)
    {
        var source = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return facts.Where(p => p.Value is JsonArray).SelectMany(p => p.Value!.AsArray()).Count(i => !source.Contains(i!["quote"]!.GetValue<string>(), StringComparison.Ordinal));
    }

    static bool IsValid(string text, JsonObject schema)
    {
        try
        {
            return SchemaProbe.Problem(schema, JsonNode.Parse(text)) is null;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }
}
