using System.Buffers.Text;
using System.Text;
using Azure;
using DurableRouter.Core.Errors;

namespace DurableRouter.Functions.Storage;

/// <summary>The table service's continuation tokens in a form that links and headers take.</summary>
static class PageTokens
{
    public static string? Write(string? token) => token is null ? null : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(token));

    /// <exception cref="DurableRouterException">Code <c>input_invalid</c>.</exception>
    public static string? Read(string? token)
    {
        try
        {
            return token is null ? null : Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
        }
        catch (FormatException e)
        {
            throw Invalid(e);
        }
    }

    /// <summary>One page, from where the token says.</summary>
    public static async Task<Page<T>> FirstAsync<T>(AsyncPageable<T> rows, string? token, CancellationToken cancellationToken) where T : notnull
    {
        try
        {
            await using var pages = rows.AsPages(token).GetAsyncEnumerator(cancellationToken);
            await pages.MoveNextAsync();
            return pages.Current;
        }
        catch (RequestFailedException e) when (token is not null && e.Status == 400)
        {
            throw Invalid(e);
        }
    }

    static DurableRouterException Invalid(Exception cause) =>
        new(ErrorCodes.InputInvalid, "The continuation token is not one that this host gave. Begin the list again without it.", cause);
}
