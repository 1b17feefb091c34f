using Leeway.Storage.Sql;

namespace Leeway.Storage.Files;

/// <summary>
/// Contents that get the name of their file with the file's row. Who loses the race for a row, be it a node that slept meanwhile, thus leaves
/// the content of the one who won as it is.
/// </summary>
internal interface INamedContents : IFileContents
{
    /// <summary>Gives a content its name, within the transaction that adds the row. May be repeated.</summary>
    /// <exception cref="InvalidOperationException">There is no such content any more.</exception>
    void Name(Session session, Guid sealedAs, Guid id);

    /// <summary>Called after the transaction: keeps what was named, removes what was not.</summary>
    void Settle(Guid sealedAs, Guid id, bool isNamed);
}
