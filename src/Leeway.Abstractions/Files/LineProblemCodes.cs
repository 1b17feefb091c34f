namespace Leeway;

/// <summary>Codes of <see cref="LineProblem"/>: those of OpenAI's batches where they have one. docs/files.md explains each.</summary>
public static class LineProblemCodes
{
    /// <summary>Nothing in it.</summary>
    public const string EmptyFile = "empty_file";

    /// <summary>More lines than a batch may have.</summary>
    public const string TooManyLines = "too_many_tasks";

    /// <summary>Not text in UTF-8: compressed, UTF-16, or broken.</summary>
    public const string InvalidEncoding = "invalid_encoding";

    /// <summary>Not JSON.</summary>
    public const string InvalidJson = "invalid_json_line";

    /// <summary>Nested too deep.</summary>
    public const string TooDeep = "nested_too_deep";

    /// <summary>Longer than a line may be.</summary>
    public const string LineTooLong = "line_too_long";

    /// <summary>JSON, but no object.</summary>
    public const string NotAnObject = "line_not_an_object";

    /// <summary>A member occurs twice.</summary>
    public const string DuplicateMember = "duplicate_member";

    /// <summary>A member is missing.</summary>
    public const string Missing = "missing_required_parameter";

    /// <summary>A member has a value of the wrong type or none that is allowed.</summary>
    public const string InvalidValue = "invalid_value";

    /// <summary>A <c>custom_id</c> that an earlier line has.</summary>
    public const string DuplicateCustomId = "duplicate_custom_id";

    /// <summary>A <c>method</c> other than POST.</summary>
    public const string InvalidMethod = "invalid_method";

    /// <summary>A <c>url</c> that is no endpoint for batches.</summary>
    public const string InvalidUrl = "invalid_url";

    /// <summary><c>stream</c> is true.</summary>
    public const string Streaming = "streaming_unsupported";

    /// <summary>A member that would choose where a request goes or with which credentials.</summary>
    public const string ForbiddenMember = "forbidden_member";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        EmptyFile, TooManyLines, InvalidEncoding, InvalidJson, TooDeep, LineTooLong, NotAnObject, DuplicateMember, Missing, InvalidValue,
        DuplicateCustomId, InvalidMethod, InvalidUrl, Streaming, ForbiddenMember,
    ];
}
