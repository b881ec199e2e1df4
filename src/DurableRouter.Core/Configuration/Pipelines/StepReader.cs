using System.Text.Json;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Configuration.Routing;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Pipelines;

/// <summary>Reads one step of a pipeline, after those it may refer to.</summary>
/// <param name="catalog">Null when it couldn't be read: then names aren't checked; <paramref name="tools"/> likewise.</param>
sealed class StepReader(PipelineDraft draft, ModelCatalog? catalog, IReadOnlyList<ToolDefinition>? tools, OutputChecks own, ProblemReporter problems)
{
    public StepDefinition? Read(ConfigNode node, string id)
    {
        if (MapReader.Open(node, problems, id.Length > 0 ? $"step '{id}'" : "a step") is not { } map)
        {
            return null;
        }

        map.Text("id");
        foreach (var key in PipelineWords.LaterStepKeys)
        {
            map.Refuse(key, PipelineWords.Later);
        }

        var needs = Needs(map, id);
        if (Kind(map) is not { } kind)
        {
            // Others may refer to it: it stands in the draft without saying anything about its answer.
            var unknown = new StepDefinition { Id = id, Kind = default, Needs = needs, Input = [], Output = SchemaReader.AnyObject, MaxOutputTokens = 1 };
            draft.Add(unknown, map, []);
            return unknown;
        }

        var scope = needs.Count == map.Items("needs").Count ? draft.Scope(needs) : draft.WholeScope();
        if (kind == StepKind.Tool)
        {
            return new ToolStepReader(draft, tools, scope, problems).Read(map, id, needs);
        }

        foreach (var key in PipelineWords.ToolKeys)
        {
            Only(map, key, "tool");
        }

        JsonElement? Reference(string text, int line, string what) => scope.Resolve(text, line, what, problems);
        var labels = Labels(map, kind);
        var labelOnly = LabelOnly(map, kind);
        var output = Output(map, kind, labels, labelOnly);
        JsonElement? Subject(string field, int line, string what) => ReferenceScope.Property(output, field, line, what, problems);
        var verify = kind == StepKind.Verify;
        var riskTags = new List<(string, int)>();
        var step = new StepDefinition
        {
            Id = id,
            Kind = kind,
            Needs = needs,
            Labels = labels,
            LabelOnly = labelOnly ? true : null,
            DefaultLabel = DefaultLabel(map, kind, labels, labelOnly),
            RiskRules = RiskRules(map, kind),
            Input = InputFieldReader.ReadAll(map, Reference),
            Instructions = Instructions(map, kind),
            Output = output,
            Checks = new CheckReader(map, Reference, Subject, catalog, own).Read(),
            MaxOutputTokens = map.IntegerOrNull("maxOutputTokens", 1, 1_000_000) ?? StepDefaults.MaxOutputTokens(kind, labelOnly),
            MaxRevisions = verify ? map.IntegerOrNull("maxRevisions", 0, StepDefaults.MaxRevisionsAllowed) ?? 0 : Only(map, "maxRevisions", "verify"),
            Revises = verify ? Revises(map, needs) : null,
            When = ConditionReader.Read(map.Map("when"), Reference),
            Route = map.Map("route") is { } route ? Route(route, needs) : null,
            Approval = new ApprovalReader(riskTags, Subject).Read(map.Map("approval")),
            SafeAnswer = map.JsonOrNull("safeAnswer"),
        };
        if (!verify)
        {
            Only(map, "revises", "verify");
        }

        map.Close();
        draft.Add(step, map, riskTags);
        return step;
    }

    StepKind? Kind(MapReader map)
    {
        var node = map.Required("kind");
        if (node is ScalarNode scalar && PipelineWords.LaterKinds.Contains(scalar.Text))
        {
            problems.Report(scalar, $"kind of {map.What} is '{scalar.Text}', {PipelineWords.Later}; allowed: {string.Join(", ", PipelineWords.Kinds.Keys)}");
            return null;
        }

        return node is null ? null : map.Choice("kind", PipelineWords.Kinds);
    }

    IReadOnlyList<string> Needs(MapReader map, string id)
    {
        var needs = new List<string>();
        foreach (var need in map.Texts("needs"))
        {
            if (draft.IsRead(need.Text))
            {
                needs.Add(need.Text);
            }
            else if (draft.CycleThrough(id, need.Text) is { } cycle)
            {
                problems.Report(need, $"needs of {map.What} close a cycle: {cycle}");
            }
            else if (draft.IsDeclared(need.Text))
            {
                problems.Report(need, $"needs of {map.What} name '{need.Text}', which stands later; a step stands after those it needs");
            }
            else
            {
                problems.Report(need, $"needs of {map.What} name '{need.Text}', which is no step{Suggestion.For(need.Text, draft.Declared)}; allowed: {draft.Earlier}");
            }
        }

        return needs;
    }

    IReadOnlyList<string> Labels(MapReader map, StepKind kind)
    {
        if (kind != StepKind.Classify)
        {
            Only(map, "labels", "classify");
            return [];
        }

        var labels = map.Texts("labels", required: true);
        if (labels.Count == 0 && map.Has("labels"))
        {
            problems.Report(map.LineOf("labels"), $"labels of {map.What} is empty; at least one label is needed");
        }

        foreach (var label in labels.Where(l => l.Text.Length > 100 || l.Text.AsSpan().IndexOfAny(",\r\n") >= 0))
        {
            problems.Report(label, $"labels of {map.What}: a label is at most 100 characters without commas and line breaks");
        }

        return [.. labels.Select(l => l.Text)];
    }

    static bool LabelOnly(MapReader map, StepKind kind)
    {
        if (kind != StepKind.Classify)
        {
            Only(map, "answer", "classify");
            return false;
        }

        return map.Word("answer", "label", "full") == "label";
    }

    string? DefaultLabel(MapReader map, StepKind kind, IReadOnlyList<string> labels, bool labelOnly)
    {
        if (kind != StepKind.Classify)
        {
            Only(map, "default", "classify");
            return null;
        }

        var label = map.TextOrNull("default");
        if (label is null && labelOnly && !map.Has("default"))
        {
            problems.Report(map.Line, $"{map.What} asks for a label alone and has no 'default': say which label a reply counts as that is none");
        }
        else if (label is not null && !labels.Contains(label))
        {
            problems.Report(map.LineOf("default"), $"default of {map.What} is '{label}', which is none of its labels{Suggestion.For(label, labels)}; allowed: {string.Join(", ", labels)}");
        }

        return label;
    }

    IReadOnlyList<RiskRule> RiskRules(MapReader map, StepKind kind)
    {
        if (kind != StepKind.Classify)
        {
            Only(map, "riskRules", "classify");
            return [];
        }

        var rules = new List<RiskRule>();
        foreach (var item in map.Items("riskRules"))
        {
            if (MapReader.Open(item, problems, $"a risk rule of {map.What}") is not { } rule)
            {
                continue;
            }

            var tag = rule.Text("tag");
            if (tag.Length > 0 && !Identifier.IsValid(tag))
            {
                problems.Report(rule.LineOf("tag"), $"tag of {rule.What} is '{tag}'; allowed: {Identifier.Allowed}");
            }

            rules.Add(new RiskRule(tag, [.. rule.Texts("contains", required: true).Select(t => t.Text)]));
            rule.Close();
        }

        return rules;
    }

    string? Instructions(MapReader map, StepKind kind)
    {
        var instructions = map.TextOrNull("instructions");
        if (string.IsNullOrWhiteSpace(instructions))
        {
            if (map.Has("instructions") ? instructions is not null : kind is StepKind.Reason or StepKind.Generate or StepKind.Extract)
            {
                problems.Report(map.LineOf("instructions"), $"{map.What} has no instructions; say what the task is");
            }

            return null;
        }

        if (PromptLint.ModelNamed(instructions, catalog?.Models.Select(m => m.Name) ?? []) is { } named)
        {
            problems.Report(map.LineOf("instructions"), $"instructions of {map.What} name a model ('{named}'); name the role and the task, any model may get the step");
        }

        return instructions;
    }

    JsonElement Output(MapReader map, StepKind kind, IReadOnlyList<string> labels, bool labelOnly)
    {
        if (kind is StepKind.Classify or StepKind.Verify)
        {
            map.Refuse("output", $"a {Words.Of(kind)} step has a built-in one");
            return kind == StepKind.Verify ? BuiltInSchemas.Verify : labelOnly ? BuiltInSchemas.Label(labels) : BuiltInSchemas.Classify(labels);
        }

        return map.Required("output") is { } node ? SchemaReader.Read(node, problems, $"output of {map.What}") ?? SchemaReader.AnyObject : SchemaReader.AnyObject;
    }

    string? Revises(MapReader map, IReadOnlyList<string> needs)
    {
        var revises = map.TextOrNull("revises");
        if (revises is null)
        {
            if (map.Has("maxRevisions") && needs.Count != 1)
            {
                problems.Report(map.LineOf("maxRevisions"), $"{map.What} needs several steps; say with 'revises' which one gets the issues");
            }

            return needs.Count == 1 ? needs[0] : null;
        }

        var allowed = draft.Reachable(needs);
        if (!allowed.Contains(revises))
        {
            problems.Report(map.LineOf("revises"),
                $"revises of {map.What} is '{revises}', which is not among its needs, directly or through others{Suggestion.For(revises, allowed)}; allowed: {string.Join(", ", allowed)}");
        }

        return revises;
    }

    StepRoute Route(MapReader map, IReadOnlyList<string> needs)
    {
        var route = StepRouteReader.Read(map, catalog, draft.Tasks);
        if (route.DifferentModelThan is { } other && !draft.Reachable(needs).Contains(other))
        {
            problems.Report(map.LineOf("differentModelThan"), $"differentModelThan of {map.What} is '{other}', which is not among the step's needs, directly or through others");
        }

        return route;
    }

    static int Only(MapReader map, string key, string kind)
    {
        map.Refuse(key, $"only a {kind} step takes it");
        return 0;
    }
}
