// Azure.Data.Tables 12.11: azure-sdk-for-net f5b0ac9, sdk/tables/Azure.Data.Tables/api/Azure.Data.Tables.net10.0.cs
namespace Azure.Data.Tables;

/// <summary>A transaction was refused as a whole; the service's message begins with the place of the action that it refused.</summary>
public class TableTransactionFailedException(RequestFailedException requestFailedException)
    : RequestFailedException(requestFailedException.Status, requestFailedException.Message, requestFailedException.ErrorCode,
        requestFailedException.InnerException)
{
    public int? FailedTransactionActionIndex { get; } =
        int.TryParse(requestFailedException.Message.Split(':', 2)[0], out var index) ? index : null;
}
