using System.Text.Json;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Pipelines;

/// <summary>Reads a step's <c>approval</c>.</summary>
sealed class ApprovalReader
{
    const int MostApprovals = 10;

    readonly List<(string Tag, int Line)> _riskTags;
    readonly Func<string, int, string, JsonElement?>? _subject;
    readonly ToolScope? _scope;

    /// <summary>Of a step whose answer is shown.</summary>
    /// <param name="riskTags">Receives every tag named, with its line: they are compared with the declared ones later.</param>
    /// <param name="subject">Checks that a field belongs to the step's own output.</param>
    public ApprovalReader(List<(string Tag, int Line)> riskTags, Func<string, int, string, JsonElement?> subject)
    {
        _riskTags = riskTags;
        _subject = subject;
    }

    /// <summary>Of a tool step, which asks before its call.</summary>
    /// <param name="scope">The step's.</param>
    public ApprovalReader(List<(string Tag, int Line)> riskTags, ToolScope scope)
    {
        _riskTags = riskTags;
        _scope = scope;
    }

    public ApprovalPolicy? Read(MapReader? map)
    {
        if (map is null)
        {
            return null;
        }

        var triggers = map.Items("when").Select(item => Trigger(item, map, together: true)).OfType<ApprovalTrigger>().ToList();
        var group = Group(map, "group");
        if (!map.Has("timeout"))
        {
            map.Required("timeout");
        }

        var policy = new ApprovalPolicy(triggers, group, map.DurationOrNull("timeout") ?? TimeSpan.FromDays(1),
            map.Word("onTimeout", "deny", "approve", "escalate") ?? "deny", map.IntegerOrNull("approvals", 1, MostApprovals), Escalation(map));
        CheckEscalation(map, policy);
        map.Close();
        return policy;
    }

    static EscalationPolicy? Escalation(MapReader parent)
    {
        if (parent.Map("escalate") is not { } map)
        {
            return null;
        }

        var policy = new EscalationPolicy(Group(map, "to"), map.DurationOrNull("after"));
        map.Close();
        return policy;
    }

    static void CheckEscalation(MapReader map, ApprovalPolicy policy)
    {
        var line = map.LineOf("escalate");
        if (policy.OnTimeout == "escalate" && policy.Escalate is null)
        {
            map.Problems.Report(map.LineOf("onTimeout"), $"{map.What} escalates at its time-out, but has no 'escalate' that names a group");
        }

        if (policy.Escalate is not { } escalate)
        {
            return;
        }

        if (escalate.To == policy.Group)
        {
            map.Problems.Report(line, $"escalate of {map.What} names the group '{policy.Group}' that is asked already");
        }

        if (policy.OnTimeout == "escalate" && escalate.After is not null)
        {
            map.Problems.Report(line, $"escalate of {map.What} has 'after' and its time-out escalates too; keep one of them");
        }

        if (policy.OnTimeout != "escalate" && !(escalate.After < policy.Timeout))
        {
            map.Problems.Report(line, $"escalate of {map.What} needs 'after', shorter than its timeout, or 'onTimeout: escalate'");
        }
    }

    ApprovalTrigger? Trigger(ConfigNode item, MapReader parent, bool together)
    {
        if (MapReader.Open(item, parent.Problems, $"a trigger of {parent.What}") is not { } map)
        {
            return null;
        }

        var risk = map.TextOrNull("risk");
        if (risk is not null)
        {
            _riskTags.Add((risk, map.LineOf("risk")));
        }

        var all = together && map.Has("all") ? map.Items("all").Select(i => Trigger(i, map, together: false)).OfType<ApprovalTrigger>().ToList() : null;
        if (all is { Count: < 2 })
        {
            map.Problems.Report(map.LineOf("all"), $"all of {map.What} needs two triggers at least");
        }

        var trigger = new ApprovalTrigger(risk, Confidence(map), ConditionReader.Read(map.Map("costUsd"), "costUsd"), all, Scope(map));
        if (map.Entries.Count != 1)
        {
            var own = _scope is null ? "'confidence'" : "'toolScope'";
            map.Problems.Report(map.Line, $"{map.What} needs exactly one of {(together ? $"'risk', {own}, 'costUsd' and 'all'" : $"'risk', {own} and 'costUsd'")}");
        }

        map.Close();
        return trigger;
    }

    Condition? Confidence(MapReader map)
    {
        if (_subject is not null)
        {
            return ConditionReader.Read(map.Map("confidence"), _subject);
        }

        map.Refuse("confidence", "a tool step asks before its call and has no answer by then; ask about the confidence of a step that it needs there");
        return null;
    }

    ToolScope? Scope(MapReader map)
    {
        if (_scope is null)
        {
            map.Refuse("toolScope", "only a tool step has a scope");
            return null;
        }

        var asked = map.Choice("toolScope", ToolWords.Scopes);
        if (asked is { } never && never != _scope)
        {
            map.Problems.Report(map.LineOf("toolScope"), $"toolScope of {map.What} is '{ToolWords.Of(never)}', and the step's scope is '{ToolWords.Of(_scope.Value)}': it would never hold");
        }

        return asked;
    }

    static string Group(MapReader map, string key)
    {
        var group = map.Text(key);
        if (group.Length > 0 && !Identifier.IsValid(group))
        {
            map.Problems.Report(map.LineOf(key), $"{key} of {map.What} is '{group}'; allowed: {Identifier.Allowed}");
        }

        return group;
    }
}
