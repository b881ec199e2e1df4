using System.Text.Json;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.JsonSchema;

namespace DurableRouter.Core.Configuration.Pipelines;

/// <summary>Reads what is particular to a step of kind <c>tool</c>.</summary>
/// <param name="tools">Null when they couldn't be read: then names aren't checked.</param>
/// <param name="scope">What the step's input may refer to.</param>
sealed class ToolStepReader(PipelineDraft draft, IReadOnlyList<ToolDefinition>? tools, ReferenceScope scope, ProblemReporter problems)
{
    static readonly string[] ModelKeys = ["instructions", "checks", "maxOutputTokens", "route"];

    /// <param name="map">Its <c>id</c>, <c>kind</c> and <c>needs</c> are read.</param>
    public StepDefinition Read(MapReader map, string id, IReadOnlyList<string> needs)
    {
        foreach (var key in ModelKeys)
        {
            map.Refuse(key, "a tool step asks no model");
        }

        map.Refuse("output", "the tool has one in tools.yaml");
        var tool = Tool(map);
        var asked = Scope(map, tool);
        var riskTags = new List<(string, int)>();
        var approval = new ApprovalReader(riskTags, asked).Read(map.Map("approval"));
        var unattended = map.Flag("unattended", false);
        CheckAttended(map, asked, approval, unattended);
        var step = new StepDefinition
        {
            Id = id,
            Kind = StepKind.Tool,
            Needs = needs,
            Tool = tool?.Name ?? map.TextOrNull("tool"),
            Scope = asked,
            Unattended = unattended ? true : null,
            Input = Input(map, tool),
            Output = tool?.Output ?? SchemaReader.AnyObject,
            MaxOutputTokens = 0,
            When = ConditionReader.Read(map.Map("when"), Reference),
            Approval = approval,
            SafeAnswer = map.JsonOrNull("safeAnswer"),
        };
        map.Close();
        draft.Add(step, map, riskTags);
        return step;
    }

    JsonElement? Reference(string text, int line, string what) => scope.Resolve(text, line, what, problems);

    ToolDefinition? Tool(MapReader map)
    {
        var name = map.Text("tool");
        var tool = tools?.FirstOrDefault(t => t.Name == name);
        if (name.Length == 0 || tools is null || tool is not null)
        {
            return tool;
        }

        var known = tools.Select(t => t.Name).ToList();
        problems.Report(map.LineOf("tool"), $"tool of {map.What} is '{name}', which "
            + (known.Count == 0 ? $"nothing declares: there is no {ConfigFiles.ToolsFile}" : $"{ConfigFiles.ToolsFile} doesn't declare{Suggestion.For(name, known)}; allowed: {string.Join(", ", known)}"));
        return null;
    }

    /// <summary>A step has the scope that it says, so nobody turns a reading step into a writing one by an edit of another file.</summary>
    ToolScope Scope(MapReader map, ToolDefinition? tool)
    {
        var asked = map.Choice("scope", ToolWords.Scopes) ?? ToolScope.Read;
        if (tool is not null && tool.Scope != asked)
        {
            problems.Report(map.LineOf(map.Has("scope") ? "scope" : "tool"), tool.Scope == ToolScope.Write
                ? $"{map.What} has the scope 'read', and tool '{tool.Name}' writes; say 'scope: write'"
                : $"{map.What} has the scope 'write', and tool '{tool.Name}' only reads; leave 'scope' away");
        }

        return asked;
    }

    void CheckAttended(MapReader map, ToolScope asked, ApprovalPolicy? approval, bool unattended)
    {
        if (asked == ToolScope.Read)
        {
            if (map.Has("unattended"))
            {
                problems.Report(map.LineOf("unattended"), $"'unattended' in {map.What}: only a step with 'scope: write' takes it");
            }

            return;
        }

        var always = approval is not null && (approval.When.Count == 0 || approval.When.Any(t => t.ToolScope == ToolScope.Write));
        var caught = always && approval!.OnTimeout != "approve";
        if (!caught && !unattended)
        {
            problems.Report(map.LineOf("approval"), $"{map.What} writes, and "
                + (approval is null ? "nobody is asked before" : !always ? "its approval lets some calls pass" : "its approval lets the call pass when nobody decides")
                + "; let an approval with 'when: [{ toolScope: write }]' stop every call, or say 'unattended: true'");
        }

        if (caught && unattended)
        {
            problems.Report(map.LineOf("unattended"), $"{map.What} says 'unattended', and its approval stops every call; keep one of them");
        }
    }

    IReadOnlyList<InputField> Input(MapReader map, ToolDefinition? tool)
    {
        var fields = InputFieldReader.ReadAll(map, Reference);
        var lines = (map.Optional("input") as MappingNode)?.Entries.ToDictionary(e => e.Key, e => e.Line) ?? [];
        foreach (var (name, source) in fields)
        {
            var what = $"field '{name}' of input of {map.What}";
            if (source.Media is not null)
            {
                problems.Report(lines[name], $"{what}: a tool takes no media");
            }

            if (tool is not null && ReferenceScope.Property(tool.Input, name, lines[name], $"input of {map.What}", problems) is { } property)
            {
                CheckType(source, property, lines[name], what);
            }
        }

        if (tool is not null && tool.Input.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array && map.Has("input"))
        {
            foreach (var missing in required.EnumerateArray().Select(r => r.GetString()).Where(r => !fields.Any(f => f.Name == r)))
            {
                problems.Report(map.LineOf("input"), $"input of {map.What} has no '{missing}', which tool '{tool.Name}' requires");
            }
        }

        return fields;
    }

    void CheckType(FieldSource source, JsonElement property, int line, string what)
    {
        if (source.Value is { } literal)
        {
            foreach (var violation in CompiledSchema.Load(property).Schema?.Validate(literal) ?? [])
            {
                problems.Report(line, $"{what} doesn't match the tool's input: {violation}");
            }
        }

        // What is wrong with the reference itself is reported where it was read.
        if (source is { From: { } from, At: null } && scope.Resolve(from, line, what, new ProblemReporter("", [])) is { } schema
            && schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            && !ReferenceScope.MayBe(property, type.GetString() == "integer" ? ["integer", "number"] : [type.GetString()!]))
        {
            problems.Report(line, $"{what} is '{from}', of type {type.GetString()}, which is not the type of the tool's input");
        }
    }
}
