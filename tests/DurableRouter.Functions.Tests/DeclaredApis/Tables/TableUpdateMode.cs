// Azure.Data.Tables 12.11: azure-sdk-for-net f5b0ac9, sdk/tables/Azure.Data.Tables/api/Azure.Data.Tables.net10.0.cs
namespace Azure.Data.Tables;

public enum TableUpdateMode
{
    Merge = 0,
    Replace = 1,
}
