namespace Leeway.Adapters.Wire;

/// <summary>What a scan may find wrong with a body.</summary>
public enum BodyProblemKind
{
    /// <summary>Not JSON.</summary>
    Syntax,

    /// <summary>Not UTF-8, or a byte order mark in front of it.</summary>
    Encoding,

    /// <summary>Nested deeper than allowed.</summary>
    TooDeep,

    /// <summary>JSON, but not an object.</summary>
    NotAnObject,

    /// <summary>A member that decides the request's way has the wrong type.</summary>
    WrongType,

    /// <summary>The model is not named.</summary>
    MissingModel,

    /// <summary>A top-level member occurs twice, so that two readers may see two different requests.</summary>
    DuplicateMember,

    /// <summary>A member that tries to choose the destination, the credentials or the headers.</summary>
    ForbiddenMember,
}

/// <summary>The first thing wrong with a body; a syntax error outranks the others.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Message">For people: what was found and what was expected.</param>
/// <param name="Member">The member it is about, when there is one.</param>
/// <param name="Line">Line, counted from 1.</param>
/// <param name="Column">Column in characters, counted from 1.</param>
public readonly record struct BodyProblem(BodyProblemKind Kind, string Message, string? Member, int Line, int Column);
