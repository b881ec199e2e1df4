using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>Reads the table service's errors: <c>{"odata.error":{"code":"...","message":{"value":"..."}}}</c>.</summary>
sealed class TableErrors : RequestFailedDetailsParser
{
    public override bool TryParse(Response response, [NotNullWhen(true)] out ResponseError? error, out IDictionary<string, string>? data)
    {
        data = null;
        error = Read(response.Content);
        return error is not null;
    }

    public static ResponseError? Read(BinaryData content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var body = document.RootElement.GetProperty("odata.error");
            return new ResponseError(body.GetProperty("code").GetString(), body.GetProperty("message").GetProperty("value").GetString());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
