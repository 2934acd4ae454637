//! Helpers that `CallRuntime` may name: operations too rare for an opcode of their own.
//!
//! One row per helper; `runtime/src/runtime_functions.rs` has the bodies (one match, compiler-checked).

macro_rules! runtime_functions {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {
        /// Number of a helper, operand of `CallRuntime`.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum RuntimeFunction { $($(#[doc = $doc])* $name),* }
        impl RuntimeFunction {
            pub const ALL: &'static [RuntimeFunction] = &[$(RuntimeFunction::$name),*];
            pub const fn name(self) -> &'static str { match self { $(RuntimeFunction::$name => stringify!($name)),* } }
            pub fn from_number(n: u32) -> Option<RuntimeFunction> { Self::ALL.get(n as usize).copied() }
        }
    };
}

runtime_functions! {
    /// `(declarations constant index as Smi)`: GlobalDeclarationInstantiation of a script.
    DeclareGlobals;
    /// `(name, value)`: first assignment to a top-level let/const/class.
    InitializeGlobalLexical;
    /// `(target, source)`: object spread, CopyDataProperties(target, source, {}); returns target.
    CopyDataProperties;
    /// `(source, key...)`: object rest: new object with source's own enumerable properties except the keys.
    CopyDataPropertiesExcluding;
    /// `(constructor, heritage or the hole)`: ClassDefinitionEvaluation steps for the pair of
    /// objects; links prototypes, sets home objects, returns the prototype object.
    DefineClass;
    /// `(function, home)`: MakeMethod; returns function.
    SetHomeObject;
    /// `(function, key, prefix or undefined)`: SetFunctionName; returns function.
    SetFunctionName;
    /// `(array, value)`: append one element to an array literal under construction; returns array.
    AppendElement;
    /// `(array, hole count)`: append holes; returns array.
    AppendHoles;
    /// `(array, iterable)`: append all values of the iterable; returns array.
    AppendSpread;
    /// `(iterator, next)`: array of the remaining values (array rest patterns).
    IteratorRest;
    /// `(value, property name or undefined)`: TypeError for destructuring undefined or null.
    ThrowPatternNullish;
    /// `(message string)`: throw a TypeError.
    ThrowTypeError;
    /// `(message string)`: throw a ReferenceError.
    ThrowReferenceError;
    /// `(message string)`: throw a SyntaxError.
    ThrowSyntaxError;
    /// `(result of a derived constructor body, this or the hole)`: [[Construct]] steps 10-12 for derived constructors.
    CheckDerivedReturn;
    /// `(instance, class constructor)`: run the class's field initialisers on a new instance.
    InitializeFields;
    /// `(constructor, initializer)`: remember the function that initialises instance fields.
    SetClassInitializer;
    /// `(description)`: a fresh private name.
    CreatePrivateName;
    /// `(object, name)`: PrivateGet.
    PrivateGet;
    /// `(object, name, value)`: PrivateSet; returns value.
    PrivateSet;
    /// `(object, name)`: `#name in object`.
    PrivateHas;
    /// `(object, name, value)`: PrivateFieldAdd.
    PrivateFieldAdd;
    /// `(object, name, function)`: PrivateMethodOrAccessorAdd of a method.
    PrivateMethodAdd;
    /// `(object, name, getter or undefined, setter or undefined)`: PrivateMethodOrAccessorAdd of an accessor.
    PrivateAccessorAdd;
    /// `(value, done)`: CreateIterResultObject.
    CreateIterResult;
    /// `(value)`: value when it is an object, otherwise TypeError (results of iterator methods).
    CheckIteratorResult;
    /// `(iterator, next, mode, value)`: `yield*` hands a resumption on: result of the method called,
    /// or the hole when the iterator lacks `throw` or `return`.
    DelegateStep;
    /// `(iterable)`: GetIterator(async): the iterator.
    GetAsyncIterator;
    /// `(iterator)`: result of calling its `return` method, or the hole when there is none.
    AsyncIteratorReturn;
    /// `(generator)`: start of an async function: makes its promise.
    AsyncFunctionEnter;
    /// `(generator, value)`: the suspended frame goes on when value is settled; the promise of an
    /// async function.
    AsyncAwait;
    /// `(generator, value)`: resolves the function's promise; returns the promise.
    AsyncFunctionResolve;
    /// `(generator, error)`: rejects the function's promise; returns the promise.
    AsyncFunctionReject;
    /// `(generator, value)`: hands a value to the first request; true when another request waits
    /// (the frame goes on at once), false when the frame is to be suspended.
    AsyncGeneratorYield;
    /// `(generator, value)`: the body has returned.
    AsyncGeneratorReturn;
    /// `(generator, error)`: the body has thrown.
    AsyncGeneratorThrow;
    /// `(index, length)`: (function, constants) of the mapped-parameters constant; see CreateMappedArguments.
    MappedParameters;
    /// `(name)`: sloppy `delete name` of a global: boolean.
    DeleteGlobal;
    /// `(name)`: whether the global binding exists.
    HasGlobal;
    /// `()`: an empty list of resources (`using`).
    CreateDisposeStack;
    /// `(list, value, is async)`: AddDisposableResource; returns value.
    AddDisposable;
    /// `(list, kind of exit as Smi, value)`: DisposeResources without `await`; 0: a throw of value.
    Dispose;
    /// `(list)`: goes on disposing until something has to be awaited: that, or the hole at the end.
    DisposeStep;
    /// `(list, error)`: what was awaited was rejected.
    DisposeRejected;
    /// `(list, kind of exit as Smi, value)`: throws if disposing failed, after `DisposeStep`.
    DisposeEnd;
    /// `(specifier, options)`: dynamic import: the promise.
    ImportCall;
    /// `()`: `import.meta` of the running function's module.
    ImportMeta;
    /// `(value)`: a fresh cell for a module's binding.
    CreateModuleCell;
    /// `(callee, code, context, scope number as Smi, strict)`: direct eval: its result, or the hole
    /// when the callee is not %eval%.
    DirectEval;
    /// `(context, depth, name, value or the hole)`: declares a variable of a sloppy `eval` in the
    /// context `depth` hops out; a value is assigned as well.
    DeclareEvalVar;
    /// `(name, context, depth)`: the object of the innermost `with` or `eval` scope among the first
    /// `depth` contexts that has the name, or undefined.
    LookupDynamic;
    /// `(object, name, strict)`: value of the binding found by `LookupDynamic`.
    LookupLoad;
    /// `(object, name, value, strict)`: assignment to the binding found; returns value.
    LookupStore;
    /// `(object)`: `this` of a call of a binding found by `LookupDynamic`.
    LookupThis;
    /// `(name)`: the function that `%name` calls (`Hooks::native`).
    NativeFunction;
    /// `(value)`: ToLength.
    ToLength;
    /// `(value)`: TypeError that it is not a function.
    ThrowNotCallable;
    /// `(array, length)`: ArraySpeciesCreate, or the hole when that is a plain array.
    ArraySpecies;
}
