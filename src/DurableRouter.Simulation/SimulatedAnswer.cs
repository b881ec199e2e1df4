using System.Text.Json.Nodes;
using DurableRouter.Simulation.Answering;
using DurableRouter.Simulation.Mistakes;
using DurableRouter.Simulation.Reading;
using DurableRouter.Simulation.Roles;

namespace DurableRouter.Simulation;

/// <summary>What a simulated model of some skill answers to a prompt: reads by rules, errs by draw, writes by schema.</summary>
static class SimulatedAnswer
{
    /// <summary>The text of the answer. A null schema means that the endpoint enforces none: the prompt's own, if any, binds only by words.</summary>
    public static string To(SimulatedPrompt prompt, JsonObject? schema, int skill, SeededRolls rolls)
    {
        var mistakes = new MistakeMaker(skill, rolls, Corrections.Named(prompt.Issues.Concat(prompt.Rejections)));
        var demanded = schema ?? prompt.Schema ?? DefaultSchemas.For(prompt.Role);
        var findings = Read(prompt, demanded, mistakes);
        if (prompt.Role != "classify")
        {
            mistakes.Spoil(findings);
        }

        if (prompt.Role == "judge")
        {
            Verifier.Score(findings);
        }
        else
        {
            findings.Confidence += Temper(skill) + (0.04 * (rolls.Unit("confidence") - 0.5));
        }

        if (prompt.Role == "verify")
        {
            Verifier.Conclude(findings);
        }

        if (prompt.LabelOnly && findings.Values.TryGetValue(FindingName.Category, out var label))
        {
            return (string)label;
        }

        if (demanded is null)
        {
            return (string)findings.Values[FindingName.Text];
        }

        var answer = new SchemaFiller(demanded, findings).Fill();
        if (schema is not null)
        {
            return LooseJson.Write(answer);
        }

        // Only an endpoint that does not enforce the schema lets these two through.
        if (answer is JsonObject o)
        {
            mistakes.Forget(o);
        }

        return mistakes.Wrap(LooseJson.Write(answer));
    }

    static Findings Read(SimulatedPrompt prompt, JsonObject? schema, MistakeMaker mistakes) => prompt.Role switch
    {
        "classify" => Classifier.Read(prompt, prompt.Labels.Count > 0 ? prompt.Labels : LabelsOf(schema), mistakes),
        "extract" => Extractor.Read(prompt),
        "reason" => Reasoner.Read(prompt),
        "verify" or "judge" => Verifier.Read(prompt),
        _ => Generator.Read(prompt),
    };

    static IReadOnlyList<string> LabelsOf(JsonObject? schema) =>
        (schema?["properties"]?["category"]?["enum"] as JsonArray)?.Where(l => l is not null).Select(l => l!.ToString()).ToList() ?? [];

    static double Temper(int skill) => skill switch { 1 => -0.26, 2 => -0.16, 3 => -0.08, 4 => -0.03, _ => 0 };
}
