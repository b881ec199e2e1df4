using System.Text.Json;
using System.Text.Json.Serialization;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Messages;

/// <summary>The JSON form of everything that Core persists or sends. Property order is declaration order, so the same value always
/// gives the same bytes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApprovalFacts))]
[JsonSerializable(typeof(ApprovalRecord))]
[JsonSerializable(typeof(ApprovalRequest))]
[JsonSerializable(typeof(AttemptInput))]
[JsonSerializable(typeof(AttemptResult))]
[JsonSerializable(typeof(AttemptRow))]
[JsonSerializable(typeof(CloseApproval))]
[JsonSerializable(typeof(ClosedApproval))]
[JsonSerializable(typeof(EscalateApproval))]
[JsonSerializable(typeof(ExternalEvent))]
[JsonSerializable(typeof(FieldValue))]
[JsonSerializable(typeof(HistoryEntry))]
[JsonSerializable(typeof(IReadOnlyList<CheckResult>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(ModelCatalog))]
[JsonSerializable(typeof(PipelineDefinition))]
[JsonSerializable(typeof(RecordAnswer))]
[JsonSerializable(typeof(RequestedApproval))]
[JsonSerializable(typeof(RouteDecision))]
[JsonSerializable(typeof(RoutingPolicy))]
[JsonSerializable(typeof(RunDefinition))]
[JsonSerializable(typeof(RunError))]
[JsonSerializable(typeof(RunEventData))]
[JsonSerializable(typeof(RunIndexEntry))]
[JsonSerializable(typeof(RunInput))]
[JsonSerializable(typeof(RunOutput))]
[JsonSerializable(typeof(RunProgress))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ToolDefinition))]
public sealed partial class CoreJson : JsonSerializerContext;
