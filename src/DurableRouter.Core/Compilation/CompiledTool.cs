using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;
using DurableRouter.JsonSchema;

namespace DurableRouter.Core.Compilation;

/// <summary>A tool with what is derived from it once.</summary>
public sealed class CompiledTool
{
    /// <summary>UTF-8 bytes, of a request and of a reply.</summary>
    public const int MaxBytes = 1024 * 1024;

    readonly CompiledSchema _input;

    internal CompiledTool(ToolDefinition definition)
    {
        Definition = definition;
        var loaded = CompiledSchema.Load(definition.Input);
        _input = loaded.Schema ?? throw new DurableRouterException(ErrorCodes.ConfigInvalid,
            $"the input schema of tool '{definition.Name}' can't be compiled: {string.Join("; ", loaded.Issues)}");
        Sha256 = CanonicalJson.Sha256(CanonicalJson.Write(JsonSerializer.SerializeToElement(definition, CoreJson.Default.ToolDefinition)));
    }

    public ToolDefinition Definition { get; }

    /// <summary>Of the definition's canonical JSON: what an approval of a call binds to.</summary>
    public string Sha256 { get; }

    /// <returns>Why this can't be sent, with the places that are wrong; null when it can.</returns>
    public StepFailure? Unfit(JsonElement payload)
    {
        var violations = _input.Validate(payload);
        if (violations.Count > 0)
        {
            return new StepFailure(FailureCodes.SchemaMismatch,
                $"the input doesn't fit tool {Definition.Name}, so no call was made: {string.Join("; ", violations.Select(v => v.Message))}");
        }

        var bytes = FieldValues.Canonical(payload).Length;
        return bytes <= MaxBytes ? null : new StepFailure(FailureCodes.InputTooLong, FormattableString.Invariant(
            $"the input of tool {Definition.Name} has {bytes} bytes, so no call was made; allowed: {MaxBytes}"));
    }
}
