using System.Text.Json.Nodes;

namespace DurableRouter.Tests.Verification;

/// <summary>Our verdicts against those of ajv in its 2020-12 mode.</summary>
public sealed class SchemaDifferentialTests
{
    const int GeneratedSchemas = 400;
    const int InstancesEach = 16;

    [Fact]
    public async Task Validate_GeneratedPairs_AgreesWithAjv()
    {
        var questions = Enumerable.Range(0, GeneratedSchemas).Select(Generate).ToList();
        var answers = await AjvVerdicts.AskAsync(questions);

        var disagreements = new List<string>();
        var (valid, invalid) = (0, 0);
        foreach (var ((text, instances), answer) in questions.Zip(answers))
        {
            Assert.True(answer.Error is null, $"ajv refuses {text}: {answer.Error}");
            var schema = Schemas.Load(text);
            for (var i = 0; i < instances.Count; i++)
            {
                var violations = schema.Validate(Schemas.Json(instances[i]));
                if (violations.Count == 0 != answer.Verdicts![i])
                {
                    disagreements.Add($"{text}\n  {instances[i]}\n  ajv: {answer.Verdicts[i]}, we: {string.Join("; ", violations)}");
                }

                _ = violations.Count == 0 ? valid++ : invalid++;
            }
        }
        Assert.True(disagreements.Count == 0, $"{disagreements.Count} disagreements:\n{string.Join("\n", disagreements.Take(8))}");
        Assert.InRange(valid, GeneratedSchemas * InstancesEach / 4, GeneratedSchemas * InstancesEach * 3 / 4);
        Assert.InRange(invalid, GeneratedSchemas * InstancesEach / 4, GeneratedSchemas * InstancesEach * 3 / 4);
    }

    [Fact]
    public async Task Validate_EdgeCases_AgreesWithAjvAndTheTable()
    {
        var answers = await AjvVerdicts.AskAsync(SchemaEdgeCases.Agreed.Select(Question));
        foreach (var ((schema, valid, invalid), answer) in SchemaEdgeCases.Agreed.Zip(answers))
        {
            Assert.True(answer.Error is null, $"ajv refuses {schema}: {answer.Error}");
            var expected = valid.Select(_ => true).Concat(invalid.Select(_ => false)).ToArray();
            string[] instances = [.. valid, .. invalid];
            Assert.True(expected.SequenceEqual(answer.Verdicts!), $"ajv on {schema}: {string.Join(", ", instances.Zip(answer.Verdicts!))}");
            var ours = instances.Select(instance => Schemas.Validate(schema, instance).Count == 0).ToArray();
            Assert.True(expected.SequenceEqual(ours), $"we on {schema}: {string.Join(", ", instances.Zip(ours))}");
        }
    }

    [Fact]
    public async Task Load_MalformedSchemas_AreRefusedByBoth()
    {
        var answers = await AjvVerdicts.AskAsync(SchemaEdgeCases.RefusedByBoth.Select(schema => (schema, (IReadOnlyList<string>)[])));
        foreach (var (schema, answer) in SchemaEdgeCases.RefusedByBoth.Zip(answers))
        {
            Assert.True(answer.Error is not null, $"ajv takes {schema}");
            Assert.True(Schemas.Issues(schema).Count > 0, $"we take {schema}");
        }
    }

    /// <summary>Holds both sides to what is documented, so that the list of differences can't go stale.</summary>
    [Fact]
    public async Task Validate_DeliberateDifferences_AreExactlyTheListedOnes()
    {
        var answers = await AjvVerdicts.AskAsync(SchemaEdgeCases.Different.Select(one => (one.Schema, (IReadOnlyList<string>)[one.Instance])));
        foreach (var ((schema, instance, oursIsValid, why), answer) in SchemaEdgeCases.Different.Zip(answers))
        {
            Assert.True(answer.Error is null, $"ajv refuses {schema}: {answer.Error}");
            Assert.True(oursIsValid == (Schemas.Validate(schema, instance).Count == 0), $"ours: {why}");
            Assert.True(oursIsValid != answer.Verdicts![0], $"ajv: {why}");
        }
    }

    static (string Schema, IReadOnlyList<string> Instances) Question((string Schema, string[] Valid, string[] Invalid) one) =>
        (one.Schema, [.. one.Valid, .. one.Invalid]);

    static (string Schema, IReadOnlyList<string> Instances) Generate(int seed)
    {
        var generator = new SchemaGenerator(seed);
        var schema = generator.Root();
        var instances = new List<string>();
        for (var i = 0; i < InstancesEach; i++)
        {
            JsonNode? instance = generator.Sample(schema, schema);
            for (var changes = i % 3; changes > 0; changes--)
            {
                instance = generator.Mutate(instance);
            }

            instances.Add(instance?.ToJsonString() ?? "null");
        }
        return (schema.ToJsonString(), instances);
    }
}
