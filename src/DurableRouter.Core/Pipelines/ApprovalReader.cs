using System.Text.Json;
using DurableRouter.Core.Configuration;

namespace DurableRouter.Core.Pipelines;

/// <summary>Reads a step's <c>approval</c>.</summary>
/// <param name="subject">Checks that a field belongs to the step's own output.</param>
/// <param name="riskTags">Receives every tag named, with its line: they are compared with the declared ones later.</param>
sealed class ApprovalReader(Func<string, int, string, JsonElement?> subject, List<(string Tag, int Line)> riskTags)
{
    const int MostApprovals = 10;

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

        map.Refuse("toolScope", $"tools are {PipelineWords.Later}");
        var risk = map.TextOrNull("risk");
        if (risk is not null)
        {
            riskTags.Add((risk, map.LineOf("risk")));
        }

        var all = together && map.Has("all") ? map.Items("all").Select(i => Trigger(i, map, together: false)).OfType<ApprovalTrigger>().ToList() : null;
        if (all is { Count: < 2 })
        {
            map.Problems.Report(map.LineOf("all"), $"all of {map.What} needs two triggers at least");
        }

        var trigger = new ApprovalTrigger(risk, ConditionReader.Read(map.Map("confidence"), subject), ConditionReader.Read(map.Map("costUsd"), "costUsd"), all);
        if (map.Entries.Count != 1)
        {
            map.Problems.Report(map.Line, $"{map.What} needs exactly one of {(together ? "'risk', 'confidence', 'costUsd' and 'all'" : "'risk', 'confidence' and 'costUsd'")}");
        }

        map.Close();
        return trigger;
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
