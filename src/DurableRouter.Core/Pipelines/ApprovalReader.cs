using DurableRouter.Core.Configuration;

namespace DurableRouter.Core.Pipelines;

/// <summary>Reads a step's <c>approval</c>.</summary>
static class ApprovalReader
{
    /// <param name="subject">Checks that a field belongs to the step's own output.</param>
    /// <param name="riskTags">Receives every tag named, with its line: they are compared with the declared ones later.</param>
    public static ApprovalPolicy? Read(MapReader? map, Func<string, int, string, System.Text.Json.JsonElement?> subject, List<(string Tag, int Line)> riskTags)
    {
        if (map is null)
        {
            return null;
        }

        var triggers = map.Items("when").Select(item => Trigger(item, map, subject, riskTags)).OfType<ApprovalTrigger>().ToList();
        var group = map.Text("group");
        if (group.Length > 0 && !Identifier.IsValid(group))
        {
            map.Problems.Report(map.LineOf("group"), $"group of {map.What} is '{group}'; allowed: {Identifier.Allowed}");
        }

        if (!map.Has("timeout"))
        {
            map.Required("timeout");
        }

        var policy = new ApprovalPolicy(triggers, group, map.DurationOrNull("timeout") ?? TimeSpan.FromDays(1), map.Word("onTimeout", "deny", "approve") ?? "deny");
        map.Close();
        return policy;
    }

    static ApprovalTrigger? Trigger(ConfigNode item, MapReader parent, Func<string, int, string, System.Text.Json.JsonElement?> subject,
        List<(string Tag, int Line)> riskTags)
    {
        if (MapReader.Open(item, parent.Problems, $"a trigger of {parent.What}") is not { } map)
        {
            return null;
        }

        var risk = map.TextOrNull("risk");
        if (risk is not null)
        {
            riskTags.Add((risk, map.LineOf("risk")));
        }

        var trigger = new ApprovalTrigger(risk, ConditionReader.Read(map.Map("confidence"), subject), ConditionReader.Read(map.Map("costUsd"), "costUsd"));
        if (map.Entries.Count != 1)
        {
            map.Problems.Report(map.Line, $"{map.What} needs exactly one of 'risk', 'confidence' and 'costUsd'");
        }

        map.Close();
        return trigger;
    }
}
