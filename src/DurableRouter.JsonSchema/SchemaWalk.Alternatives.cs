using System.Text.Json;

namespace DurableRouter.JsonSchema;

partial struct SchemaWalk
{
    const int ShownAlternatives = 4;

    bool AcceptsAlternative(SchemaNode[] alternatives, JsonElement value, int depth)
    {
        var probe = new SchemaWalk(null) { _steps = _steps };
        foreach (var alternative in alternatives)
        {
            if (probe.Accepts(alternative, value, depth + 1))
            {
                _steps = probe._steps;
                return true;
            }
        }
        _steps = probe._steps;
        StopReason ??= probe.StopReason;
        if (!IsDone)
        {
            Explain(_sink!, alternatives, value, depth);
        }

        return false;
    }

    /// <summary>
    /// Tells what the author most likely meant: the one alternative of the value's type, or the one whose fixed values (a discriminator)
    /// agree; only when that leaves several, a summary of each.
    /// </summary>
    void Explain(ViolationSink sink, SchemaNode[] alternatives, JsonElement value, int depth)
    {
        var type = JsonTypeNames.Of(value);
        var ofType = Array.FindAll(alternatives, alternative => (alternative.AcceptedTypes() & type) != 0);
        if (ofType.Length == 0)
        {
            var all = alternatives.Aggregate(JsonTypes.None, (types, alternative) => types | alternative.AcceptedTypes());
            sink.Add("anyOf", $"must be {JsonTypeNames.Describe(all)}, was {JsonTypeNames.Describe(type)}");
            return;
        }
        var findings = Array.ConvertAll(ofType, alternative => sink.Fork());
        for (var i = 0; i < ofType.Length && StopReason is null; i++)
        {
            var collect = new SchemaWalk(findings[i]) { _steps = _steps };
            collect.Accepts(ofType[i], value, depth + 1);
            _steps = collect._steps;
            StopReason ??= collect.StopReason;
        }
        if (StopReason is not null)
        {
            return;
        }

        var meant = ofType.Length == 1 ? findings : Array.FindAll(findings, finding => !finding.DisagreesOnFixedValue);
        if (meant.Length == 1)
        {
            sink.AddAll(meant[0]);
            return;
        }
        var shown = findings.Take(ShownAlternatives).Select((finding, index) => $"({index + 1}) {finding.Violations[0].Message}");
        var more = findings.Length > ShownAlternatives ? $"; and {findings.Length - ShownAlternatives} more" : "";
        sink.Add("anyOf", $"must match one of {alternatives.Length} alternatives: {string.Join("; ", shown)}{more}");
    }
}
