using System.Text;
using Azure.Data.Tables;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Values;

namespace DurableRouter.Functions.Storage;

/// <summary>Texts of any size in entities: what a property can't hold stands in the content store, and its address in the entity.</summary>
static class StoredText
{
    /// <summary>A property takes 64 KiB of UTF-16.</summary>
    public const int MaxCharacters = 32 * 1024;

    /// <summary>Behind the name of a property whose value stands in the content store.</summary>
    public const string AddressSuffix = "Sha256";

    public static async Task SetAsync(TableEntity entity, string name, string? text, IContentStore content, CancellationToken cancellationToken)
    {
        var fits = text is null || text.Length <= MaxCharacters;
        entity[name] = fits ? text : null;
        entity[name + AddressSuffix] = fits ? null : await content.PutAsync(Encoding.UTF8.GetBytes(text!), cancellationToken);
    }

    public static async Task<string?> GetAsync(TableEntity entity, string name, IContentStore content, CancellationToken cancellationToken) =>
        entity.GetString(name + AddressSuffix) is { } address
            ? Encoding.UTF8.GetString((await content.GetAsync(address, cancellationToken)).Span)
            : entity.GetString(name);

    /// <summary>The same of a value that goes with its run: null once it is gone.</summary>
    public static async Task<string?> FindAsync(TableEntity entity, string name, IContentStore content, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(entity, name, content, cancellationToken);
        }
        catch (DurableRouterException e) when (e.Code == ErrorCodes.ContentMissing)
        {
            return null;
        }
    }
}
