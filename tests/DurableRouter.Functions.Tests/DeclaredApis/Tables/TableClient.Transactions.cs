// Azure.Data.Tables 12.11: azure-sdk-for-net 016f71b, sdk/tables/Azure.Data.Tables/src/TableClient.cs
// Protocol: learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
using System.Text;
using Azure.Core;

namespace Azure.Data.Tables;

public partial class TableClient
{
    public virtual async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(IEnumerable<TableTransactionAction> transactionActions,
        CancellationToken cancellationToken = default)
    {
        var actions = transactionActions.ToList();
        var batch = "batch_" + Guid.NewGuid();
        var request = _requests.Create(RequestMethod.Post, "$batch");
        request.Headers.Add("DataServiceVersion", "3.0");
        request.Headers.Add("Accept", "application/json");
        request.Headers.Add("Content-Type", $"multipart/mixed; boundary={batch}");
        request.Content = RequestContent.Create(Body(batch, actions));
        var response = await _requests.SendAsync(request, cancellationToken, 202);
        var parts = BatchReply.Read(response);
        return parts.FirstOrDefault(part => part.Status >= 400) is { } refused
            ? throw new TableTransactionFailedException(_requests.Failure(refused))
            : Response.FromValue<IReadOnlyList<Response>>(parts, response);
    }

    byte[] Body(string batch, List<TableTransactionAction> actions)
    {
        var changes = "changeset_" + Guid.NewGuid();
        var body = new StringBuilder($"--{batch}\r\nContent-Type: multipart/mixed; boundary={changes}\r\n\r\n");
        foreach (var request in actions.Select(Part))
        {
            body.Append($"--{changes}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
            body.Append($"{request.Method} {request.Uri.ToUri().AbsoluteUri} HTTP/1.1\r\n");
            foreach (var header in request.Headers.Where(h => !h.Name.StartsWith("x-ms-", StringComparison.Ordinal)))
            {
                body.Append($"{header.Name}: {header.Value}\r\n");
            }

            body.Append("\r\n");
            if (request.Content is { } content)
            {
                using var stream = new MemoryStream();
                content.WriteTo(stream, CancellationToken.None);
                body.Append(Encoding.UTF8.GetString(stream.ToArray())).Append("\r\n");
            }
        }

        return Encoding.UTF8.GetBytes(body.Append($"--{changes}--\r\n\r\n--{batch}--\r\n").ToString());
    }

    Request Part(TableTransactionAction action) => action.ActionType switch
    {
        TableTransactionActionType.Add => Add(action.Entity),
        TableTransactionActionType.UpdateMerge => Change(action.Entity, Tag(action), TableUpdateMode.Merge),
        TableTransactionActionType.UpdateReplace => Change(action.Entity, Tag(action), TableUpdateMode.Replace),
        TableTransactionActionType.UpsertMerge => Change(action.Entity, null, TableUpdateMode.Merge),
        TableTransactionActionType.UpsertReplace => Change(action.Entity, null, TableUpdateMode.Replace),
        TableTransactionActionType.Delete => Remove(action.Entity.PartitionKey, action.Entity.RowKey, action.ETag),
        _ => throw new ArgumentOutOfRangeException(nameof(action), action.ActionType, null),
    };

    static ETag Tag(TableTransactionAction action) => action.ETag == default ? ETag.All : action.ETag;
}
