// Azure.Data.Tables 12.11: azure-sdk-for-net 016f71b, sdk/tables/Azure.Data.Tables/src/TableClient.cs, src/TableOdataFilter.cs
using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Core;

namespace Azure.Data.Tables;

public partial class TableClient
{
    const string NextPartitionKey = "x-ms-continuation-NextPartitionKey";
    const string NextRowKey = "x-ms-continuation-NextRowKey";

    public virtual AsyncPageable<T> QueryAsync<T>(string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null,
        CancellationToken cancellationToken = default) where T : class, ITableEntity => new Pages<T>(this, filter, maxPerPage, select, cancellationToken);

    /// <summary>Writes the values of an interpolated filter as OData literals.</summary>
    public static string CreateQueryFilter(FormattableString filter) =>
        string.Format(CultureInfo.InvariantCulture, filter.Format, [.. filter.GetArguments().Select(Literal)]);

    static string Literal(object? value) => value switch
    {
        string text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        bool flag => flag ? "true" : "false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        long number => number.ToString(CultureInfo.InvariantCulture) + "L",
        DateTimeOffset time => $"datetime'{time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture)}'",
        _ => throw new ArgumentException($"a filter can't hold a {value?.GetType().Name ?? "null"}"),
    };

    async Task<Page<T>> PageAsync<T>(string? filter, int? top, IEnumerable<string>? select, string? token, CancellationToken cancellationToken)
        where T : class, ITableEntity
    {
        var path = new StringBuilder(Name).Append("()?");
        Add("$top", top?.ToString(CultureInfo.InvariantCulture));
        Add("$filter", filter);
        Add("$select", select is null ? null : string.Join(',', select));
        if (token is not null)
        {
            // The keys have no space, or the service has encoded them.
            var keys = token.Split(' ', 2);
            Add("NextPartitionKey", keys[0]);
            Add("NextRowKey", keys.ElementAtOrDefault(1) is { Length: > 0 } row ? row : null);
        }

        var response = await _requests.SendAsync(Json(_requests.Create(RequestMethod.Get, path.ToString().TrimEnd('&', '?'))), cancellationToken, 200);
        using var document = JsonDocument.Parse(response.Content);
        IReadOnlyList<T> values = [.. document.RootElement.GetProperty("value").EnumerateArray().Select(e => (T)(ITableEntity)EntityJson.Read(e))];
        var next = response.Headers.TryGetValue(NextPartitionKey, out var partition)
            ? partition + " " + (response.Headers.TryGetValue(NextRowKey, out var after) ? after : "") : null;
        return Page<T>.FromValues(values, next, response);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                path.Append(name).Append('=').Append(Uri.EscapeDataString(value)).Append('&');
            }
        }
    }

    sealed class Pages<T>(TableClient table, string? filter, int? maxPerPage, IEnumerable<string>? select, CancellationToken cancellationToken)
        : AsyncPageable<T>(cancellationToken) where T : class, ITableEntity
    {
        public override async IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        {
            do
            {
                var page = await table.PageAsync<T>(filter, pageSizeHint ?? maxPerPage, select, continuationToken, CancellationToken);
                yield return page;
                continuationToken = page.ContinuationToken;
            }
            while (continuationToken is not null);
        }
    }
}
