using System.Text.Json;
using System.Text.Json.Nodes;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Simulation;
using Microsoft.Extensions.AI;

namespace DurableRouter.Tests.Models.Simulated;

/// <summary>Calls a simulated model with a prompt in the shape that the steps build.</summary>
static class SimulatedCall
{
    public const string Boundary = "5f2c91";

    public static ChatMessage[] Prompt(string role, string systemLines, params (string Name, string Content)[] fields) =>
    [
        new(ChatRole.System, $"Step role: {role}\nYou work on one step of a pipeline.\n{systemLines}"),
        new(ChatRole.User, string.Join('\n', fields.Select(f =>
            $"<field name=\"{f.Name}\" source=\"{Source(f.Name)}\" boundary=\"{Boundary}\">\n{f.Content}\n</field boundary=\"{Boundary}\">"))),
    ];

    public static SimulatedChatClient Model(int skill = 5, string name = "model", params SimulatedFaultRule[] faults) =>
        new(name, new SimulatedModelOptions { Skill = skill, LatencyScale = 0, Faults = faults }, TimeProvider.System);

    public static ChatOptions Enforcing(JsonObject schema) =>
        new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonDocument.Parse(schema.ToJsonString()).RootElement, "answer") };

    /// <param name="more">What the steps say of an earlier answer: <c>issues</c>, <c>problems</c>, <c>previous_answer</c>.</param>
    public static async Task<JsonObject> ExtractAsync(string text, int skill = 5, string name = "model", params (string, string)[] more) =>
        await AskAsync(Model(skill, name), Prompt("extract", "", [("text", text), .. more]), PipelineFile.Output("extract"));

    public static async Task<JsonObject> ReasonAsync(JsonObject facts, int skill = 5, params (string, string)[] more) =>
        await AskAsync(Model(skill), Prompt("reason", "", [("facts", facts.ToJsonString()), .. more]), PipelineFile.Output("reason"));

    public static async Task<JsonObject> VerifyAsync(JsonObject claims, string source, int skill = 5) =>
        await AskAsync(Model(skill), Prompt("verify", "", ("claims", claims.ToJsonString()), ("source", source)), null);

    public static async Task<JsonObject> AskAsync(SimulatedChatClient model, ChatMessage[] prompt, JsonObject? schema)
    {
        var response = await model.GetResponseAsync(prompt, schema is null ? null : Enforcing(schema));
        return JsonNode.Parse(response.Text)!.AsObject();
    }

    static string Source(string field) => field switch
    {
        PromptText.PreviousAnswer => PromptText.FromModel,
        PromptText.Problems => PromptText.FromChecks,
        PromptText.Issues => PromptText.FromReview,
        _ => $"input.{field}",
    };
}
