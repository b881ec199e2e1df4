using System.Text.Json.Serialization;
using DurableRouter.Local.Sessions;

namespace DurableRouter.Local;

/// <summary>The JSON form of what the command line reads from the HTTP interface.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ApprovalInfo))]
[JsonSerializable(typeof(ApprovalListInfo))]
[JsonSerializable(typeof(CostListInfo))]
[JsonSerializable(typeof(EventListInfo))]
[JsonSerializable(typeof(ExplanationInfo))]
[JsonSerializable(typeof(LedgerInfo))]
[JsonSerializable(typeof(ModelListInfo))]
[JsonSerializable(typeof(ProblemInfo))]
[JsonSerializable(typeof(LinkInfo))]
[JsonSerializable(typeof(ReceiptInfo))]
[JsonSerializable(typeof(RoutingListInfo))]
[JsonSerializable(typeof(RunInfo))]
[JsonSerializable(typeof(RunListInfo))]
[JsonSerializable(typeof(StartedInfo))]
sealed partial class LocalJson : JsonSerializerContext;
