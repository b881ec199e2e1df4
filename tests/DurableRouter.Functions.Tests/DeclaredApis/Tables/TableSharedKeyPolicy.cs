using Azure.Core;
using DurableRouter.Functions.Tests.DeclaredApis.Storage;

namespace Azure.Data.Tables;

/// <summary>The table service's lite form: only date and resource are signed.</summary>
sealed class TableSharedKeyPolicy(string account, byte[] key) : SharedKeyPolicy(account, key)
{
    protected override string Scheme => "SharedKeyLite";

    protected override string StringToSign(Request request) => Header(request, "x-ms-date") + "\n" + Resource(request.Uri.ToUri());
}
