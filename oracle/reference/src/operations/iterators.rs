//! [Operations on iterator objects](https://tc39.es/ecma262/#sec-operations-on-iterator-objects).

use crate::agent::{Abrupt, Agent, Completion};
use crate::values::{IteratorRecord, Key, Kind, Obj, Property, Value};

impl Agent {
    /// [GetIterator](https://tc39.es/ecma262/#sec-getiterator), sync
    pub fn get_iterator(&self, v: &Value) -> Completion<IteratorRecord> {
        match self.get_method(v, &self.symbol_key("iterator"))? {
            Some(method) => self.get_iterator_from_method(v, method),
            None => Err(self.type_error("not iterable")),
        }
    }

    /// [GetIterator](https://tc39.es/ecma262/#sec-getiterator), async
    pub fn get_async_iterator(&self, v: &Value) -> Completion<IteratorRecord> {
        if let Some(method) = self.get_method(v, &self.symbol_key("asyncIterator"))? {
            return self.get_iterator_from_method(v, method);
        }
        let sync = self.get_iterator(v)?;
        // [CreateAsyncFromSyncIterator](https://tc39.es/ecma262/#sec-createasyncfromsynciterator)
        let iterator =
            self.make(self.intrinsic("AsyncFromSyncIterator.prototype"), Kind::AsyncFromSync(sync));
        self.get_iterator_direct(iterator)
    }

    /// [GetIteratorFromMethod](https://tc39.es/ecma262/#sec-getiteratorfrommethod)
    pub fn get_iterator_from_method(&self, v: &Value, method: Obj) -> Completion<IteratorRecord> {
        match self.call_function(method, v, &[])? {
            Value::Object(iterator) => self.get_iterator_direct(iterator),
            _ => Err(self.type_error("iterator is no object")),
        }
    }

    /// [GetIteratorDirect](https://tc39.es/ecma262/#sec-getiteratordirect)
    pub fn get_iterator_direct(&self, iterator: Obj) -> Completion<IteratorRecord> {
        Ok(IteratorRecord { iterator, next: self.get(iterator, &"next".into())? })
    }

    /// [IteratorNext](https://tc39.es/ecma262/#sec-iteratornext)
    pub fn iterator_next(&self, record: &IteratorRecord, value: Option<Value>) -> Completion<Obj> {
        let arguments = value.as_slice();
        match self.call(&record.next, &record.iterator.into(), arguments)? {
            Value::Object(result) => Ok(result),
            _ => Err(self.type_error("iterator result is no object")),
        }
    }

    /// [IteratorComplete](https://tc39.es/ecma262/#sec-iteratorcomplete)
    pub fn iterator_complete(&self, result: Obj) -> Completion<bool> {
        Ok(self.to_boolean(&self.get(result, &"done".into())?))
    }

    /// [IteratorValue](https://tc39.es/ecma262/#sec-iteratorvalue)
    pub fn iterator_value(&self, result: Obj) -> Completion<Value> {
        self.get(result, &"value".into())
    }

    /// [IteratorStepValue](https://tc39.es/ecma262/#sec-iteratorstepvalue)
    pub fn iterator_step_value(&self, record: &IteratorRecord) -> Completion<Option<Value>> {
        let result = self.iterator_next(record, None)?;
        if self.iterator_complete(result)? {
            return Ok(None);
        }
        self.iterator_value(result).map(Some)
    }

    /// [IteratorClose](https://tc39.es/ecma262/#sec-iteratorclose)
    pub fn iterator_close<T>(&self, record: &IteratorRecord, completion: Completion<T>) -> Completion<T> {
        self.close_with(record, completion, Ok)
    }
    /// IteratorClose and AsyncIteratorClose: `settle` turns what `return` gave into its result.
    pub fn close_with<T>(
        &self,
        record: &IteratorRecord,
        completion: Completion<T>,
        settle: impl FnOnce(Value) -> Completion<Value>,
    ) -> Completion<T> {
        if let Err(Abrupt::Outside(_)) = completion {
            return completion;
        }
        let iterator = Value::Object(record.iterator);
        let inner = match self.get_method(&iterator, &"return".into()) {
            Ok(None) => return completion,
            Ok(Some(method)) => self.call_function(method, &iterator, &[]).and_then(settle),
            Err(e) => Err(e),
        };
        match (completion, inner) {
            (_, Err(e @ Abrupt::Outside(_))) => Err(e),
            (Err(e @ Abrupt::Throw(_)), _) => Err(e),
            (_, Err(e)) => Err(e),
            (completion, Ok(Value::Object(_))) => completion,
            (_, Ok(_)) => Err(self.type_error("return gave no object")),
        }
    }

    /// [CreateIterResultObject](https://tc39.es/ecma262/#sec-createiterresultobject)
    pub fn create_iter_result(&self, value: Value, done: bool) -> Obj {
        let o = self.ordinary_object();
        let mut object = self.object_mut(o);
        object.properties.insert("value".into(), Property::data(value, "wec"));
        object.properties.insert("done".into(), Property::data(done, "wec"));
        o
    }

    /// [IteratorToList](https://tc39.es/ecma262/#sec-iteratortolist)
    pub fn iterator_to_list(&self, record: &IteratorRecord) -> Completion<Vec<Value>> {
        let mut list = Vec::new();
        while let Some(v) = self.iterator_step_value(record)? {
            list.push(v);
        }
        Ok(list)
    }

    /// The `next` of an iterator record's underlying object, for `AddEntriesFromIterable` and the like: each
    /// entry is an object with properties 0 and 1.
    pub fn entry(&self, v: &Value) -> Completion<(Value, Value)> {
        let Value::Object(o) = v else { return Err(self.type_error("entry is no object")) };
        let key = self.get(*o, &Key::Index(0))?;
        Ok((key, self.get(*o, &Key::Index(1))?))
    }
}
