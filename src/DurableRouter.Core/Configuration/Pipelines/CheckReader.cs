using System.Text.Json;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration.Pipelines;

/// <summary>Reads a step's <c>checks</c>: names, or maps of one name with its settings.</summary>
/// <param name="reference">Checks a reference to the input or an earlier step.</param>
/// <param name="subject">Checks a field of the step's own output.</param>
/// <param name="catalog">Null when it couldn't be read: then names of models aren't checked.</param>
sealed class CheckReader(MapReader step, Func<string, int, string, JsonElement?> reference, Func<string, int, string, JsonElement?> subject,
    ModelCatalog? catalog, OutputChecks own)
{
    public IReadOnlyList<CheckDefinition> Read()
    {
        if (!step.Has("checks"))
        {
            step.Optional("checks");
            return [new CheckDefinition("schema")];
        }

        var checks = new List<CheckDefinition>();
        foreach (var item in step.Items("checks"))
        {
            var check = item switch
            {
                ScalarNode plain => Plain(plain),
                MappingNode { Entries: [var only] } => Detailed(only),
                _ => Complain(item.Line, $"must be one of {Allowed}"),
            };
            if (check is not null && checks.Any(c => Identity(c) == Identity(check)))
            {
                Complain(item.Line, $"'{check.Name}' stands twice{(check.Policy is null ? "" : "; tell policies apart by 'name'")}");
            }
            else if (check is not null)
            {
                checks.Add(check);
            }
        }

        return checks;
    }

    string Allowed => string.Join(", ", OutputChecks.BuiltIn.Concat(own.Names));

    static (string, string?, string?) Identity(CheckDefinition check) => (check.Name, check.In ?? check.Conflict?.Of, check.Conflict?.With);

    CheckDefinition? Plain(ScalarNode check) => check.Text switch
    {
        "schema" or "source" => new CheckDefinition(check.Text),
        "confidence" => Complain(check.Line, "needs a comparison: { confidence: { of: FIELD, atLeast: 0.5 } }"),
        "policy" => Complain(check.Line, "needs a rule: { policy: { personalData: [email] } }"),
        "conflict" => Complain(check.Line, "needs two fields: { conflict: { of: FIELD, with: STEP.FIELD } }"),
        "judge" => Complain(check.Line, "needs a rubric: { judge: { rubric: TEXT, atLeast: 0.7 } }"),
        _ => Own(check.Text, null, check.Line),
    };

    CheckDefinition? Detailed(MappingEntry entry)
    {
        if (entry.Key == "schema")
        {
            return Complain(entry.Line, "'schema' takes nothing");
        }

        if (!OutputChecks.BuiltIn.Contains(entry.Key))
        {
            return Own(entry.Key, YamlScalar.ToJson(entry.Value, step.Problems), entry.Line);
        }

        var map = MapReader.Open(entry.Value, step.Problems, $"check '{entry.Key}' of {step.What}");
        return map is null ? null : entry.Key switch
        {
            "source" => Source(map),
            "confidence" => new CheckDefinition("confidence", Confidence: ConditionReader.Read(map, subject)),
            "policy" => new CheckDefinition("policy", Policy: PolicyRuleReader.Read(map, subject)),
            "conflict" => Conflict(map),
            _ => new CheckDefinition("judge", Judge: JudgeReader.Read(map, catalog)),
        };
    }

    CheckDefinition Source(MapReader map)
    {
        var text = map.Text("in");
        if (text.Length > 0 && !ReferenceScope.MayBe(reference(text, map.LineOf("in"), $"in of {map.What}"), "string", "object", "array"))
        {
            map.Problems.Report(map.LineOf("in"), $"in of {map.What} is '{text}', which holds no text");
        }

        map.Close();
        return new CheckDefinition("source", text);
    }

    CheckDefinition Conflict(MapReader map)
    {
        var (of, with) = (map.Text("of"), map.Text("with"));
        if (of.Length > 0)
        {
            subject(of, map.LineOf("of"), $"of of {map.What}");
        }

        if (with.Length > 0)
        {
            reference(with, map.LineOf("with"), $"with of {map.What}");
        }

        map.Close();
        return new CheckDefinition("conflict", Conflict: new ConflictRule(of, with));
    }

    CheckDefinition? Own(string name, JsonElement? options, int line)
    {
        if (own.Find(name) is not { } check)
        {
            return Complain(line, $"'{name}' is unknown{Suggestion.For(name, OutputChecks.BuiltIn.Concat(own.Names))}; allowed: {Allowed}");
        }

        return check.OptionsProblem(options) is { } problem ? Complain(line, $"'{name}': {problem}") : new CheckDefinition(name, With: options);
    }

    CheckDefinition? Complain(int line, string message)
    {
        step.Problems.Report(line, $"a check of {step.What}: {message}");
        return null;
    }
}
