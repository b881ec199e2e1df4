using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace PlainDurableApp;

/// <summary>Classify, extract, reason, verify: one after the other.</summary>
public sealed class DocumentFunctions(ModelClient model)
{
    [Function(nameof(StartDocument))]
    public static async Task<IResult> StartDocument([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/documents")] HttpRequest request,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var start = await request.ReadFromJsonAsync<StartRequest>(cancellationToken);
        var id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(ProcessDocument), start, cancellationToken);
        return Results.Accepted(value: client.CreateHttpManagementPayload(id));
    }

    [Function(nameof(ProcessDocument))]
    public static async Task<JsonElement> ProcessDocument([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var text = context.GetInput<StartRequest>()!.Text;
        var kind = (await AskAsync(nameof(Classify), new { text })).GetProperty("category").GetString();
        var facts = await AskAsync(nameof(Extract), new { text, type = kind });
        var assessment = await AskAsync(nameof(Reason), new { facts, type = kind });
        var verdict = await AskAsync(nameof(Verify), new { claims = assessment, source = text });
        return verdict.GetProperty("verdict").GetString() == "pass" ? assessment
            : throw new InvalidOperationException($"The verification failed: {verdict}");

        Task<JsonElement> AskAsync(string activity, object input) =>
            context.CallActivityAsync<JsonElement>(activity, new StepInput(context.InstanceId, JsonSerializer.SerializeToElement(input)));
    }

    [Function(nameof(Classify))]
    public Task<JsonElement> Classify([ActivityTrigger] StepInput step, CancellationToken stopping) =>
        model.AskAsync("bench-fast", Prompt.Classify, step, stopping);

    [Function(nameof(Extract))]
    public Task<JsonElement> Extract([ActivityTrigger] StepInput step, CancellationToken stopping) =>
        model.AskAsync("bench-fast", Prompt.Extract, step, stopping);

    [Function(nameof(Reason))]
    public Task<JsonElement> Reason([ActivityTrigger] StepInput step, CancellationToken stopping) =>
        model.AskAsync("bench-balanced", Prompt.Reason, step, stopping);

    [Function(nameof(Verify))]
    public Task<JsonElement> Verify([ActivityTrigger] StepInput step, CancellationToken stopping) =>
        model.AskAsync("bench-fast-2", Prompt.Verify, step, stopping);
}
